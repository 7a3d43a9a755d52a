import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startClaimsProcess } from '../support/claims-process.ts';
import { startDoctorUnderTest } from '../support/doctor-under-test.ts';
import { createFolder } from '../support/folder.ts';
import { blocksIn, codesIn, readPage, tableBelow } from '../support/pages.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const bodyOf = (exchange = '') => JSON.parse(exchange.split('\n\n').slice(1).join('\n\n'));

const readme = readPage('README.md');
const operating = readPage('docs/operating.md');

describe('the examples of the README and the pages', () => {
  const [adobe, ours] = blocksIn(readme, 'http').slice(0, 2).map(bodyOf);
  const [job, problem] = [readme, readPage('docs/errors.md')].map((page) =>
    JSON.parse(blocksIn(page, 'json')[0] ?? ''),
  );

  it('are an exchange that happens as it stands there', async () => {
    await using service = await startServiceUnderTest();
    const answer = await service.send('POST', '/jobs', { body: ours });
    expect(answer.body).toEqual({ ...job, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(service.emulator.requests.all('create')[0]?.body).toEqual(adobe);
  });

  it('show the problem that such a body gets', async () => {
    await using service = await startServiceUnderTest();
    const body = { ...ours, segmnts: [] };
    const headers = { 'x-request-id': problem.requestId };
    expect((await service.send('POST', '/jobs', { body, headers })).body).toEqual(problem);
  });

  it('show what the doctor says of a sandbox without a role', async () => {
    using folder = createFolder();
    const CLAIMS_FILE = join(folder.path, 'claims.sqlite');
    await using _service = await startClaimsProcess(CLAIMS_FILE);
    const doctor = await startDoctorUnderTest();
    const { lines } = await doctor.run({ ADOBE_SANDBOXES: 'prod,test', CLAIMS_FILE });
    await doctor.close();
    // The page has narrower lines than the doctor.
    const shown = blocksIn(operating, 'text')[0]?.replaceAll(/\n +/g, ' ');
    expect(lines.join('\n')).toBe(shown);
  });

  it('name every field of a log line', async () => {
    await using service = await startServiceUnderTest();
    await service.send('POST', '/jobs', { body: ours });
    await service.send('GET', '/jobs/101');
    await service.send('GET', '/jobs/1%00');
    const fields = service
      .logLines()
      .filter(({ msg }) => msg === 'request')
      .flatMap((line) => Object.keys(line));
    const documented = tableBelow(operating, 'The log').flatMap(([names = '']) => codesIn(names));
    expect(fields).toEqual(expect.arrayContaining(['jobId', 'cache', 'upstreamStatus', 'code', 'error']));
    expect([...documented, 'level', 'time', 'msg']).toEqual(expect.arrayContaining([...new Set(fields)]));
  });
});
