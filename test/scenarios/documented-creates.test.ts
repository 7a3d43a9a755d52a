import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { blocksIn, readPage } from '../support/pages.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const page = readPage('docs/creates.md');
const lines = blocksIn(page, 'sh')
  .flatMap((block) => block.split('\n'))
  .filter((line) => line.startsWith('curl'));

const [, exported] = /^EXPORT='(.*)'$/m.exec(page) ?? [];

/** What curl would send, and the statuses that the comment names. */
function readLine(line: string) {
  const [, method, path = '', options = '', comment = ''] =
    /^curl -i (?:-X (\w+) )?"\$URL(\/[^"]+)"(.*?) {2,}# (.*)$/.exec(line) ?? [];
  const headers = [...options.matchAll(/-H '([^:]+): ([^']*)'/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const body = options.includes('--json "$EXPORT"') ? exported : undefined;
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path,
    options: { headers: Object.fromEntries(headers), ...(body !== undefined && { body }) },
    statuses: [...comment.matchAll(/\b\d{3}\b/g)].map(([status]) => Number(status)),
  };
}

describe('what docs/creates.md shows', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured' });
  });
  afterAll(() => service.stop());
  beforeEach(() => service.emulator.jobs.put('prod', { id: 101, status: 'PROCESSING' }));

  it.each(lines)('is answered as it says: %s', async (line) => {
    const { method, path, options, statuses } = readLine(line);
    const { value } = await drive(service, service.send(method, path, options));
    expect(statuses).toContain(value.status);
  });

  it('is seven lines for curl', () => {
    expect(lines).toHaveLength(7);
  });

  it('is the rehearsal that is answered', async () => {
    const [shown = ''] = blocksIn(page, 'json');
    const line = lines.find((one) => one.includes('dryRun')) ?? '';
    const { method, path, options } = readLine(line);
    const { body } = await service.send(method, path, options);
    const { headers, ...request } = JSON.parse(shown).request;
    const url = `${service.emulator.url}/data/core/ups/export/jobs`;
    expect(body).toMatchObject({ ...JSON.parse(shown), request: { ...request, url, headers: {} } });
    expect(Object.keys(body.request.headers)).toEqual(Object.keys(headers));
  });
});
