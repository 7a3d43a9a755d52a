import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../../emulator/movable-clock.ts';
import { type OpenPolicies, openPolicies } from '../../../src/open-policies.ts';
import { content } from '../../support/policies.ts';
import { type ConfigFolder, createConfigFolder, read } from '../../support/settings-under-test.ts';

interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const key = `sha256:${'a'.repeat(64)}`;

describe('the file of policies, while the service runs', () => {
  let folder: ConfigFolder;
  let file: string;
  let clock: MovableClock;
  let policies: OpenPolicies;
  let lines: Line[];
  beforeEach(() => {
    folder = createConfigFolder();
    file = folder.write('rules.json', JSON.stringify({ everyone: { allProfiles: false } }));
    const entry = { name: 'reporting', keys: [key], permissions: ['jobs:read'] };
    const callers = folder.write('callers.json', JSON.stringify({ callers: [entry] }));
    const settings = read({ POLICIES_FILE: file, CALLER_AUTH: 'api-key', CALLERS_FILE: callers });
    if (!('creates' in settings)) throw new Error(settings.join('\n'));
    clock = createMovableClock();
    lines = [];
    const write = (level: Line['level']) => (fields: Line['fields'], message: string) =>
      lines.push({ level, message, fields });
    const log = { info: write('info'), warn: write('warn'), error: write('error') };
    policies = openPolicies(settings, { log, clock });
  });
  afterEach(() => {
    policies.close();
    folder[Symbol.dispose]();
  });

  const write = (rules: object) => writeFileSync(file, JSON.stringify(rules));
  const broken = (caller?: string) => policies.findViolations(caller, content).map(({ rule }) => rule);
  const notice = () => clock.advance(2_000);

  it('is in effect within two seconds of a change, and the log says what has changed', () => {
    expect(broken()).toEqual(['allProfiles']);
    write({ everyone: { datasets: [] }, callers: { reporting: { datasets: ['d'] } } });
    expect(broken()).toEqual(['allProfiles']);
    notice();
    expect([broken(), broken('reporting')]).toEqual([['datasets'], []]);
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'POLICIES_FILE has changed and is in use',
        fields: { everyone: true, added: ['reporting'], removed: [], changed: [] },
      },
    ]);
  });

  it.each([
    ['is away', () => rmSync(file), 'names a file that cannot be read (ENOENT)'],
    [
      'is half written',
      () => writeFileSync(file, '{"everyone":{'),
      'names a file that is not in JSON: there is something wrong at line 1, column 14',
    ],
    ['has a fault', () => write({ everyone: { events: 1 } }), 'everyone.events must be true or false'],
  ])('stays as it was when it %s, and the log says so once', (_name, damage, fault) => {
    damage();
    for (let times = 0; times < 3; times += 1) notice();
    expect(broken()).toEqual(['allProfiles']);
    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'POLICIES_FILE cannot be used; the last good one stays',
        fields: { faults: [fault], faultCount: 1 },
      },
    ]);
    write({});
    notice();
    expect(broken()).toEqual([]);
  });

  it('is used although it names an unknown caller, because two files cannot change at once, and the log warns', () => {
    write({ everyone: { datasets: [] }, callers: { reportng: {} } });
    notice();
    expect(broken()).toEqual(['datasets']);
    expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn POLICIES_FILE has rules that count for nobody',
      'info POLICIES_FILE has changed and is in use',
    ]);
    expect(JSON.stringify(lines)).toContain('callers.reportng is no caller of CALLERS_FILE');
  });

  it('is let go when it is closed', () => {
    policies.close();
    expect(clock.alarms()).toBe(0);
  });

  it('that has become unusable since the settings were checked is an error at start', () => {
    const settings = read({ POLICIES_FILE: file });
    if (!('creates' in settings)) throw new Error('These settings cannot be used');
    write({ everyone: 1 });
    const open = () => openPolicies(settings, { log: { info() {}, warn() {}, error() {} }, clock });
    expect(open).toThrow('POLICIES_FILE: everyone must be an object with rules');
  });
});
