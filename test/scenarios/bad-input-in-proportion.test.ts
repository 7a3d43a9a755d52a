import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findNameFaults } from '../../src/http/body/name-faults.ts';
import { parseListQuery } from '../../src/http/parameters.ts';
import { toFault } from '../../src/http/problems/to-fault.ts';
import { parseNewJob } from '../../src/jobs/parse-new-job.ts';
import { tellFirst } from '../../src/problems/first-faults.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { times, worstBodies } from '../support/worst-bodies.ts';

const most = 99_000;
const largestAnswer = 6_000;

describe('what is wrong with a request, as often as 100 kB allow', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  it.each(worstBodies)('has a small answer: %s', async (_name, make) => {
    const text = make(most);
    expect(text.length).toBeLessThanOrEqual(100_000);
    const answer = await service.send('POST', '/jobs', { body: text });
    expect([400, 422]).toContain(answer.status);
    expect(answer.text.length).toBeLessThan(largestAnswer);
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it('says how many faults there are beyond those that it names', async () => {
    const segments = Array.from({ length: 4_000 }, () => 1);
    const { body } = await service.send('POST', '/jobs', { body: { datasetId: 'd', segments } });
    expect(body.errors).toHaveLength(20);
    expect(body.detail).toContain('and 3980 more');
    const tooMany = await service.send('POST', '/jobs', {
      body: { datasetId: 'd', segments: [...segments, 1] },
    });
    expect(tooMany.body.errors).toEqual([{ pointer: '/segments', detail: 'must have at most 4000 entries' }]);
  });

  it('says so of a name that it does not repeat', async () => {
    const { body } = await service.send('POST', '/jobs', {
      body: { datasetId: 'd', segments: [{ id: 's', ['x'.repeat(5_000)]: 1 }] },
    });
    expect(body.errors).toEqual([
      {
        pointer: '/segments/0',
        detail: 'has a property with a name of 5000 characters, which is not known here',
      },
    ]);
  });

  it.each([
    ['many parameters', `/jobs?${Array.from({ length: 2_500 }, (_, at) => `p${at}`).join('&')}`],
    ['one parameter very often', `/jobs?${'limit=1&'.repeat(1_700)}limit=1`],
    ['one parameter with a long name', `/jobs?${'x'.repeat(14_000)}=1`],
    ['a long offset', `/jobs?offset=${'x'.repeat(14_000)}`],
    [
      'many parameters of a call that takes none',
      `/jobs/100?${Array.from({ length: 2_500 }, (_, at) => `p${at}`).join('&')}`,
    ],
    [
      'many parameters of a stream',
      `/jobs/100/events?${Array.from({ length: 2_500 }, (_, at) => `p${at}`).join('&')}`,
    ],
  ])('has a small answer to a query of %s', async (_name, path) => {
    const answer = await service.send('GET', path);
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid-parameters' });
    expect(answer.text.length).toBeLessThan(largestAnswer);
  });

  it.each(worstBodies)('takes time in proportion: %s', (_name, make) => {
    const [short, long] = [make(12_000), make(96_000)];
    const read = (text: string) => () => {
      const value = JSON.parse(text);
      tellFirst(findNameFaults(text));
      parseNewJob(value);
    };
    // Eight times the bytes; what grows with their square takes sixty-four times as long.
    expect(processorMs(read(long)) / processorMs(read(short))).toBeLessThan(40);
  });

  it('takes time in proportion for a query, too', () => {
    const query = (names: number) =>
      new URLSearchParams(times(names, (at) => `p${at}&p${at}`).replaceAll(',', '&'));
    const [few, many] = [query(500), query(4_000)];
    const ratio =
      processorMs(() => parseListQuery(many)) /
      Math.max(
        0.05,
        processorMs(() => parseListQuery(few)),
      );
    expect(ratio).toBeLessThan(40);
  });

  it('keeps no memory, forty at once, plain or of fifty bytes of brotli', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const plain = Buffer.from(`{"datasetId":"d","segments":[${times(49_000, () => '1')}]}`);
    const packed = brotliCompressSync(plain);
    expect(packed.length).toBeLessThan(100);
    const burst = async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, async (_, at) => {
          const [body, encoding] = at % 2 ? [plain, 'identity'] : [packed, 'br'];
          const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
          const answer = await fetch(`${service.url}/jobs`, { method: 'POST', headers, body });
          return [answer.status, (await answer.arrayBuffer()).byteLength];
        }),
      );
      for (const [status, length] of answers) {
        expect(status).toBe(422);
        expect(length).toBeLessThan(largestAnswer);
      }
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    await burst();
    const before = await burst();
    expect((await burst()) - before).toBeLessThan(40 * plain.length);
  });
});

/**
 * What six runs take of this thread's processor, in milliseconds: what else the machine does does not count. It is
 * counted in steps of some milliseconds, so there is a least one.
 */
function processorMs(run: () => void): number {
  const begun = process.threadCpuUsage();
  for (let done = 0; done < 6; done += 1) {
    try {
      run();
    } catch (error) {
      toFault(error);
    }
  }
  const { user, system } = process.threadCpuUsage(begun);
  return Math.max(4, (user + system) / 1000);
}
