import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adobesForm, oursForm } from '../support/any-job.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/** A job of which one value, wherever it is, has become another one. */
const mutated = fc
  .tuple(fc.oneof(oursForm, adobesForm), fc.nat(), fc.jsonValue({ maxDepth: 3 }))
  .map(([job, place, other]) => {
    let left = place % 40;
    return JSON.stringify(job, (key, value) => {
      left -= 1;
      return key !== '' && left === 0 ? other : value;
    });
  });

describe('a create with any body', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.emulator.requests.clear());

  /** Sent and held against OpenAPI; started once where it says so, and not at all otherwise. */
  async function check(body: string): Promise<void> {
    service.emulator.requests.clear();
    const answer = await service.send('POST', '/jobs', { body });
    expect([201, 400, 422]).toContain(answer.status);
    const sent = service.emulator.requests.all('create').map(({ body: one }) => Object(one));
    expect(sent).toHaveLength(answer.status === 201 ? 1 : 0);
    if (answer.status === 201) {
      // Nobody gets more than was asked for.
      const asked = JSON.parse(body);
      if (asked.segments !== undefined) expect(sent[0].filter.segments).toHaveLength(asked.segments.length);
      return;
    }
    expect(answer.text.length).toBeLessThan(6_000);
    expect(answer.text).not.toMatch(/Invalid input|Unrecognized|Too (small|big)|expected \w+, received/);
    expect(answer.body.owner).toBe('caller');
  }

  it.each<[string, fc.Arbitrary<string>]>([
    ['JSON', fc.json({ maxDepth: 5 })],
    ['a job in our words, right or wrong', oursForm.map((job) => JSON.stringify(job))],
    ["a job in Adobe's form, right or wrong", adobesForm.map((job) => JSON.stringify(job))],
    ['a job of which one value is another one', mutated],
    [
      'text that is nearly JSON',
      fc.tuple(mutated, fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, more]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + more + text.slice(cut + 1);
      }),
    ],
  ])('is started or refused in few words, with %s', async (_name, bodies) => {
    await fc.assert(fc.asyncProperty(bodies, check), { numRuns: 100 });
  });

  it('is never a 500 with any bytes in any coding, and the service goes on', async () => {
    const coding = fc.constantFrom('identity', 'gzip', 'br', 'deflate', 'zstd', 'x', '');
    const type = fc.constantFrom(
      'application/json',
      'application/json; charset=utf8',
      'application/json; charset="',
      'x',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, coding, type, async (body, encoding, contentType) => {
        const headers = { 'content-type': contentType, 'content-encoding': encoding };
        const answer = await fetch(`${service.url}/jobs`, {
          method: 'POST',
          headers,
          body: Buffer.from(body),
        });
        expect([400, 415, 422]).toContain(answer.status);
        expect((await answer.text()).length).toBeLessThan(6_000);
      }),
      { numRuns: 80 },
    );
    expect((await service.send('GET', '/livez')).status).toBe(200);
  });
});
