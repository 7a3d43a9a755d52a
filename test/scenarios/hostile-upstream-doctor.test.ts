import { describe, expect, it } from '@jest/globals';
import { startDoctorUnderTest } from '../support/doctor-under-test.ts';
import { word } from '../support/hostile-texts.ts';

describe('what the doctor prints', () => {
  it('is lines of its own, whatever Adobe says', async () => {
    const doctor = await startDoctorUnderTest();
    const message = `no\u001b[2K\u009b1A\rok       everything ${word}\nok       more\u2028`;
    doctor.emulator.misbehaviours.add({
      route: 'list',
      how: { kind: 'answer', status: 403, body: { error_code: '403000', message } },
    });
    const { lines } = await doctor.run();
    expect(lines.join('\n')).toContain(word);
    for (const line of lines) expect(line).toMatch(/^(?:(?:ok|fails|skipped) .*|All is well\.|Fix .*|)$/);
    expect(lines.filter((line) => line.startsWith('ok') && line.includes(word))).toEqual([]);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    await doctor.close();
  });
});
