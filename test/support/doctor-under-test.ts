import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createRunningClock } from '../../emulator/movable-clock.ts';
import { startProgram } from './program.ts';
import { emulatorEnv } from './service-under-test.ts';

/** The lines of a run in which all is well, with the sandboxes of the emulator. */
export const allWell = [
  'ok       settings',
  'ok       connection to IMS',
  'ok       connection to Platform',
  'ok       clock',
  'ok       credential',
  'ok       scopes',
  'ok       organization',
  'ok       API key',
  'ok       export jobs of sandbox prod',
  'ok       export jobs of sandbox dev',
  'ok       claims file: It is not there, and can be created',
  'All is well.',
  '',
];

/** For a secret of a test's own, which no run may show either. */
export const otherSecret = 'other-secret';

export interface DoctorRun {
  readonly code: number | null;
  readonly lines: readonly string[];
  /** The first word of each line of a check that is about Adobe. */
  readonly marks: readonly (string | undefined)[];
  /** The lines of the checks that fail. */
  readonly failures: readonly string[];
}

/** The program in a process of its own, and an emulator with the machine's time. */
export interface DoctorUnderTest {
  readonly emulator: Emulator;
  run(env?: Readonly<Record<string, string>>, ...args: string[]): Promise<DoctorRun>;
  /** Closes the emulator. No run may have shown a secret, created a job or cancelled one. */
  close(): Promise<void>;
}

export async function startDoctorUnderTest(): Promise<DoctorUnderTest> {
  const emulator = await startEmulator({ clock: createRunningClock() });
  const outputs: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  return {
    emulator,
    async run(env = {}, ...args) {
      await using program = startProgram('src/doctor.ts', {
        env: { ...emulatorEnv(emulator), CLAIMS_FILE: join(folder, 'claims.sqlite'), ...env },
        args,
      });
      const code = await program.ended();
      const output = program.output();
      outputs.push(output);
      const lines = output.split('\n');
      return {
        code,
        lines,
        marks: lines
          .slice(0, -2)
          .filter((line) => !line.includes(' claims file'))
          .map((line) => line.split(' ')[0]),
        failures: lines.filter((line) => line.startsWith('fails')),
      };
    },
    async close() {
      await emulator.close();
      const { clientSecret, privateKey } = emulator.credential;
      const keyLine = privateKey.split('\n')[1] ?? '';
      // Each part of a token is looked for, and whatever looks like the beginning of one.
      const tokenParts = emulator.tokens.issued().flatMap((token) => [token, ...token.split('.')]);
      const secrets = [clientSecret, keyLine, otherSecret, ...tokenParts, 'eyJ', 'Bearer'];
      const everything = outputs.join('');
      expect(everything).toContain('settings');
      expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
      const changing = [...emulator.requests.all('create'), ...emulator.requests.all('cancel')];
      expect(changing).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
      rmSync(folder, { recursive: true });
    },
  };
}
