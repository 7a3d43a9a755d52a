import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConfigFolder, createConfigFolder, read } from '../../support/settings-under-test.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = createConfigFolder();
});
afterEach(() => folder[Symbol.dispose]());

const readFrom = (path: string) => read({ ADOBE_CLIENT_SECRET: '', ADOBE_CLIENT_SECRET_FILE: path });

describe('a file with a secret', () => {
  it.each([
    ['as it is', Buffer.from('the secret')],
    // Editors add it: https://github.com/linuxserver/docker-hedgedoc/issues/31
    ['with a line end', Buffer.from('the secret\n')],
    ['with the line end of Windows', Buffer.from('the secret\r\n')],
    ['with a byte order mark of UTF-8', Buffer.from('\ufeffthe secret\n')],
  ])('is taken %s', (_name, bytes) => {
    const settings = readFrom(folder.write('secret', bytes));
    expect(settings).toMatchObject({ adobe: { secretFiles: { clientSecret: expect.any(String) } } });
    expect('adobe' in settings && settings.adobe.clientSecret.reveal()).toBe('the secret');
  });

  it.each([
    // What PowerShell 5 writes with `>`: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding
    [
      'in UTF-16',
      Buffer.from('\ufeffthe secret\r\n', 'utf16le'),
      'a file in UTF-16 (little-endian): save it as UTF-8',
    ],
    [
      'in UTF-16, big-endian',
      Buffer.from('\ufeffsecret', 'utf16le').swap16(),
      'a file in UTF-16 (big-endian)',
    ],
    [
      'in UTF-16 without a mark',
      Buffer.from('secret', 'utf16le'),
      'a file in UTF-16 (little-endian, without',
    ],
    ['in UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'a file in UTF-32'],
    ['in Latin-1', Buffer.from('s\u00e9cret', 'latin1'), 'a file that is not in UTF-8'],
    ['that is empty', Buffer.from(''), 'an empty file'],
    ['with nothing but a line end', Buffer.from('\r\n'), 'an empty file'],
    ['with nothing but a byte order mark', Buffer.from('\ufeff'), 'an empty file'],
    ['over 64 kB', Buffer.alloc(70_000, 'x'), 'a file of more than 64 kB'],
    ['with quotes', Buffer.from('"the secret"\n'), 'a file whose text has quotes ("") around it'],
    ['with two lines', Buffer.from('one\ntwo\n'), 'a file whose text has a character that cannot be seen'],
  ])('%s is a fault at the start', (_name, bytes, sentence) => {
    expect(readFrom(folder.write('secret', bytes))).toEqual([
      expect.stringContaining(`ADOBE_CLIENT_SECRET_FILE names ${sentence}`),
    ]);
  });

  it('that is none is a fault at the start: a folder, a device, a link to nothing, no file at all', () => {
    mkdirSync(join(folder.path, 'folder'));
    symlinkSync('/nowhere', join(folder.path, 'dangling'));
    for (const [path, sentence] of [
      [join(folder.path, 'folder'), 'no regular file'],
      ['/dev/zero', 'no regular file'],
      [join(folder.path, 'dangling'), 'cannot be read (ENOENT)'],
      [join(folder.path, 'secret', 'x'), 'cannot be read (ENOENT)'],
    ] as const) {
      expect(readFrom(path)).toEqual([expect.stringContaining(sentence)]);
    }
  });

  // By mistake the variable may hold the secret itself.
  it('is not told by its path', () => {
    expect(JSON.stringify(readFrom('p8e-the-secret-itself'))).not.toContain('p8e');
  });
});
