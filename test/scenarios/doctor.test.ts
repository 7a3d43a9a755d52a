import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { problemCatalogue } from '../../src/problems/catalogue.ts';
import {
  allWell,
  type DoctorUnderTest,
  otherSecret,
  startDoctorUnderTest,
} from '../support/doctor-under-test.ts';
import { gateway, json } from '../support/failing.ts';
import { jwtEnv } from '../support/service-under-test.ts';

let doctor: DoctorUnderTest;
beforeEach(async () => {
  doctor = await startDoctorUnderTest();
});
afterEach(() => doctor.close());

const six = Array(6).fill('ok');

describe('the doctor', () => {
  it('says that everything is well, and exits with 0', async () => {
    const { code, lines } = await doctor.run();
    expect(lines).toEqual(allWell);
    expect(code).toBe(0);
    expect(doctor.emulator.requests.all('token')).toHaveLength(1);
    expect(doctor.emulator.requests.all('list').map(({ url }) => url)).toEqual(
      Array(2).fill('/data/core/ups/export/jobs?limit=1'),
    );
  });

  it('says the same with a JWT credential', async () => {
    const { code, lines } = await doctor.run(jwtEnv(doctor.emulator));
    expect(lines).toEqual(allWell);
    expect(code).toBe(0);
  });

  it('names all that is wrong with the settings, and looks at nothing else', async () => {
    const { code, lines } = await doctor.run({ ADOBE_ORG_ID: 'ORG', PORT: 'x' });
    expect(code).toBe(1);
    expect(lines[0]).toMatch(
      /^fails {4}settings: ADOBE_ORG_ID must end in @AdobeOrg; PORT must be .*\. Who can fix it: operator\. How: See the settings table/,
    );
    expect(lines.slice(1, -2)).toEqual(
      ['connection to IMS', 'connection to Platform', 'clock', 'credential', 'scopes']
        .concat(['organization', 'API key', 'export jobs of each sandbox'])
        .map((check) => `skipped  ${check}, because "settings" fails`),
    );
    expect(doctor.emulator.requests.all()).toEqual([]);
  });

  it('with a wrong secret has the owner and the cure that the service has', async () => {
    const { code, marks, failures, lines } = await doctor.run({ ADOBE_CLIENT_SECRET: otherSecret });
    expect([code, marks]).toEqual([1, ['ok', 'ok', 'ok', 'ok', 'fails', ...Array(5).fill('skipped')]]);
    const { owner, cure } = problemCatalogue['credential-refused'];
    expect(failures).toEqual([
      `fails    credential: IMS refuses the credential (invalid_client: invalid client_secret parameter); check the ADOBE_* settings against the Developer Console. Who can fix it: ${owner}. How: ${cure.replaceAll('`', '')}`,
    ]);
    expect(lines[9]).toBe('skipped  export jobs of sandbox dev, because "credential" fails');
  });

  it('tells a wrong scope from a wrong credential, and names its setting', async () => {
    const { code, marks, failures } = await doctor.run({ ADOBE_SCOPES: 'openid,session,nonsense' });
    expect([code, marks]).toEqual([1, [...Array(5).fill('ok'), 'fails', ...Array(4).fill('skipped')]]);
    expect(failures[0]).toMatch(/^fails {4}scopes: .*invalid_scope.*operator\. How: Compare ADOBE_SCOPES/);
  });

  it('with a wrong organization names it, and asks for no other sandbox', async () => {
    const { code, marks, failures } = await doctor.run({ ADOBE_ORG_ID: 'OTHER@AdobeOrg' });
    expect([code, marks]).toEqual([1, [...six, 'fails', 'skipped', 'skipped', 'skipped']]);
    expect(failures[0]).toMatch(/^fails {4}organization: .*403025.*operator\. How: 403025: .*ADOBE_ORG_ID/);
    expect(doctor.emulator.requests.all('list')).toHaveLength(1);
  });

  it.each(['403000', '403003'])('with an API key that the gateway refuses (%s) names it', async (code) => {
    doctor.emulator.misbehaviours.add({ route: 'list', how: gateway(403, code) });
    const run = await doctor.run();
    expect([run.code, run.marks]).toEqual([1, [...six, 'skipped', 'fails', 'skipped', 'skipped']]);
    expect(run.lines[6]).toBe('skipped  organization, because "API key" fails');
    expect(run.failures[0]).toMatch(
      /^fails {4}API key: .*operator\. How: 403000 and 403003: .*ADOBE_CLIENT_ID/,
    );
  });

  it('with one sandbox of two that it may not see says that a role is missing there', async () => {
    const { code, lines, failures } = await doctor.run({ ADOBE_SANDBOXES: 'prod,secluded' });
    expect(code).toBe(1);
    expect(lines.slice(0, 9)).toEqual(allWell.slice(0, 9));
    expect(failures).toEqual([
      'fails    export jobs of sandbox secluded: Platform answered list with 403 (UPAPI-113752-403: Permission denied on the sandbox). Who can fix it: operator. How: Codes such as UPAPI-…-403: the technical account lacks a role in this sandbox.',
    ]);
  });

  it('looks at every sandbox, also after one that may not be seen', async () => {
    const { code, marks } = await doctor.run({ ADOBE_SANDBOXES: 'secluded,prod' });
    expect([code, marks]).toEqual([1, [...six, 'ok', 'ok', 'fails', 'ok']]);
  });

  it('with a product profile that one sandbox lacks does not blame the organization', async () => {
    doctor.emulator.misbehaviours.add({ route: 'list', times: 1, how: json(200, { records: [] }) });
    doctor.emulator.misbehaviours.add({ route: 'list', how: gateway(403, '403025') });
    expect((await doctor.run()).marks).toEqual([...six, 'ok', 'ok', 'ok', 'fails']);
  });

  it('with a token that Platform never takes asks for one more for each sandbox, and says so', async () => {
    doctor.emulator.misbehaviours.add({ how: { kind: 'refuse-token' } });
    const { code, marks, failures } = await doctor.run();
    expect([code, marks]).toEqual([1, [...six, 'skipped', 'skipped', 'fails', 'fails']]);
    expect(failures[0]).toContain('IMS and Platform disagree about the token');
    expect(doctor.emulator.requests.all('token')).toHaveLength(3);
  });

  it('does not give a short secret away by masking it in words of its own', async () => {
    const { lines } = await doctor.run({ ADOBE_CLIENT_SECRET: 'b' });
    expect(lines[9]).toBe('skipped  export jobs of sandbox dev, because "credential" fails');
  });

  it('masks a secret that Adobe quotes', async () => {
    const { clientSecret } = doctor.emulator.credential;
    const error_description = `no client has the secret ${clientSecret}`;
    doctor.emulator.misbehaviours.add({ how: json(400, { error: 'invalid_client', error_description }) });
    const { failures } = await doctor.run();
    expect(failures[0]).toContain('no client has the secret [secret]');
  });

  it('leaves to Adobe what only Adobe can fix', async () => {
    doctor.emulator.misbehaviours.add({ how: { kind: 'html', status: 502 } });
    const { code, marks, failures } = await doctor.run();
    expect([code, marks[4]]).toEqual([1, 'fails']);
    expect(failures[0]).toContain('IMS answered 502 without a token. Who can fix it: platform.');
  });

  it.each([
    [-300_000, 'ahead of'],
    [300_000, 'behind'],
  ])('with a clock that differs by %d ms says by how much it is %s', async (ms, word) => {
    doctor.emulator.clock.advance(ms);
    const { code, marks, failures } = await doctor.run();
    expect([code, marks]).toEqual([1, ['ok', 'ok', 'ok', 'fails', ...six]]);
    expect(failures[0]).toMatch(
      new RegExp(`^fails {4}clock: .* (299|300|301) s ${word} that of IMS.*operator`),
    );
  });

  it('takes a clock for right that differs by less than 30 s', async () => {
    doctor.emulator.clock.advance(28_000);
    expect((await doctor.run()).code).toBe(0);
  });
});
