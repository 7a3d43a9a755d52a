import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CallersFile, createCallersFile } from '../support/callers-file.ts';
import { readPage } from '../support/pages.ts';
import { startCommand, startProgram } from '../support/program.ts';

/** The lines of the block below a heading, each without its comment. */
function commandsBelow(page: string, heading: string): string[] {
  const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(page.split(`## ${heading}\n`)[1] ?? '') ?? [];
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +# .*$/, ''));
}

describe('one key and one call, as the README shows them', () => {
  let file: CallersFile;
  beforeEach(() => {
    file = createCallersFile([]);
  });
  afterEach(() => file[Symbol.dispose]());

  it('let in who has the key, and nobody else', async () => {
    const [begin, end, start = '', call = ''] = commandsBelow(readPage('README.md'), 'One key, one call');
    const make = `${begin}\n${end}`;
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME };

    await using making = startCommand('sh', {
      env,
      args: ['-c', make.replace('> callers.json', `> '${file.path}'`)],
    });
    expect(await making.ended()).toBe(0);
    const [key = 'none'] = /^aepjobs_.{43}$/m.exec(making.output()) ?? [];

    const settings = Object.fromEntries(
      [...start.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    expect(settings).toEqual({ CALLER_AUTH: 'api-key', CALLERS_FILE: 'callers.json' });
    await using dev = startProgram('emulator/dev.ts', {
      env: { ...settings, CALLERS_FILE: file.path, PORT: '0' },
    });
    const [, url = ''] = await dev.waitFor(/The service is at (http\S+),/);

    const here = call.replace('http://127.0.0.1:3000', url);
    const curl = async (line: string) => {
      await using calling = startCommand('sh', { env, args: ['-c', line] });
      await calling.ended();
      return calling.printed();
    };
    expect(await curl(here.replace('aepjobs_…', key))).toContain('HTTP/1.1 200 OK');
    expect(await curl(here)).toContain('HTTP/1.1 401 Unauthorized');
  });
});
