import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CallersFile, createCallersFile, hashOf, withBearer } from '../support/callers-file.ts';
import { startProgram } from '../support/program.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

async function newKey(...args: string[]) {
  await using program = startProgram('src/new-key.ts', { args });
  const code = await program.ended();
  return { code, printed: program.printed(), output: program.output() };
}

const keyIn = (output: string) => /^aepjobs_[\w-]{43}$/m.exec(output)?.[0] ?? 'none';

describe('npm run new-key', () => {
  let file: CallersFile;
  beforeEach(() => {
    file = createCallersFile([]);
  });
  afterEach(() => file[Symbol.dispose]());

  it('prints an entry that works in the file, and the key that works with it', async () => {
    const { code, printed, output } = await newKey('--name', 'reporting');
    expect(code).toBe(0);
    file.write(`{ "callers": [ ${printed} ] }`);
    await using service = await startServiceUnderTest({ env: file.env });
    const answer = await service.send('GET', '/jobs', withBearer(keyIn(output)));
    expect(answer.status).toBe(200);
    expect(service.logLines().at(-1)).toMatchObject({ caller: 'reporting' });
    // Who was not asked what it may do may read.
    expect((await service.send('DELETE', '/jobs/100', withBearer(keyIn(output)))).status).toBe(403);
  });

  it('takes over what it is told, and is different each time', async () => {
    const args = ['--name=a.b', '--permissions=jobs:read, jobs:create', '--sandboxes', 'dev,prod'];
    const [one, other] = [await newKey(...args, '--expires', '2999-12-31'), await newKey(...args)];
    expect(JSON.parse(one.printed)).toEqual({
      name: 'a.b',
      keys: [hashOf(keyIn(one.output))],
      permissions: ['jobs:read', 'jobs:create'],
      sandboxes: ['dev', 'prod'],
      expires: '2999-12-31',
    });
    expect(JSON.parse(other.printed)).not.toHaveProperty('expires');
    expect(keyIn(other.output)).not.toBe(keyIn(one.output));
  });

  it('has only the entry on standard output, so that a pipe does not keep the key', async () => {
    const { printed, output } = await newKey('--name', 'reporting');
    expect(printed).not.toContain(keyIn(output));
    expect(output.split(keyIn(output))).toHaveLength(2);
  });

  const usage = /^What it takes: npm run new-key -- --name reporting .*\n$/;
  it.each([
    [[], usage],
    [['--name'], usage],
    [['reporting'], usage],
    [['--name', 'x', '--key', 'aepjobs_canary'], usage],
    [['--name', 'x', '--key=aepjobs_canary'], usage],
    [['--name', 'x', 'aepjobs_canary'], usage],
    [
      ['--name', 'a b', '--expires', 'soon'],
      /^--name must be 1 to 40 .*\n--expires must be a day such as .*\n$/,
    ],
    [
      ['--name', 'x', '--permissions', 'read,write'],
      /^--permissions must be of jobs:read, jobs:create, jobs:cancel\n$/,
    ],
    [['--name', 'x', '--permissions', ''], /^--permissions must name at least one\n$/],
    [['--name', 'x', '--sandboxes', 'PROD'], /^--sandboxes must be names in lower case, such as prod\n$/],
    [['--name', 'x', '--expires', '2020-01-01'], /^--expires lies in the past\n$/],
  ])('with %j says what is wrong, makes no key and exits with 1', async (args, sentence) => {
    const { code, printed, output } = await newKey(...args);
    expect([code, printed]).toEqual([1, '']);
    expect(output).toMatch(sentence);
    expect(output).not.toContain('aepjobs_');
  });
});
