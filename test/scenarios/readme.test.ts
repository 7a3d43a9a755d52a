import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { startDoctorUnderTest } from '../support/doctor-under-test.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The contents of the fenced blocks in one language, in the order of the README. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
}

const bodyOf = (exchange = '') => JSON.parse(exchange.split('\n\n').slice(1).join('\n\n'));

describe('the examples of the README', () => {
  const [adobe, ours] = blocks('http').slice(0, 2).map(bodyOf);
  const [job, problem] = blocks('json').map((text) => JSON.parse(text));

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
    const doctor = await startDoctorUnderTest();
    const { lines } = await doctor.run({ ADOBE_SANDBOXES: 'prod,test' });
    await doctor.close();
    expect(lines.join('\n')).toBe(blocks('text')[0]);
  });
});
