import { parseArgs } from 'node:util';
import { explainStartFailure } from './config/explain-start-failure.ts';
import { loadSettings } from './config/load-settings.ts';
import type { Settings } from './config/settings.ts';
import { SettingsError } from './config/settings-error.ts';
import { readTextFile, UnusableFile } from './config/text-file.ts';
import { createCredential, setGlobalAgents } from './credential.ts';
import { checks } from './doctor/checks.ts';
import { examine } from './doctor/examine.ts';
import { examineCallers } from './doctor/examine-callers.ts';
import { examineClaims } from './doctor/examine-claims.ts';
import { type Finding, fails, skipped, toLine } from './doctor/finding.ts';
import { createAgents } from './ims/proxy.ts';
import { systemClock } from './observability/clock.ts';
import { silentLog } from './observability/log.ts';
import { redact, type Secret } from './observability/secret.ts';
import { createTokenVerification } from './token-verification.ts';

// A diagnostic report would hold the environment, and with it the secrets that were given by variables.
process.report.excludeEnv = true;

/** `npm run doctor`: says line by line what works with these settings. Exits with 0 if all does, else with 1. */
async function main(): Promise<void> {
  let failures = 0;
  let warnings = 0;
  const print = (finding: Finding) => {
    if (finding.mark === 'fails') failures += 1;
    if (finding.mark === 'warns') warnings += 1;
    console.log(toLine(finding));
  };

  const { values } = parseArgs({ options: { 'token-file': { type: 'string' } } });
  const settings = readSettings();
  if (settings instanceof SettingsError) {
    for (const finding of withoutSettings(settings)) print(finding);
  } else {
    const secrets = secretsOf(settings);
    for await (const finding of examineWith(settings)) print(masked(finding, secrets));
    print(examineClaims(settings));
    for await (const finding of examineCallersWith(settings, values['token-file']))
      print(masked(finding, secrets));
  }
  console.log(conclusion(failures, warnings));
  // Exits at once: an exchange that timed out may still wait for IMS, @adobe/jwt-auth's without end.
  process.stdout.write('', () => process.exit(failures === 0 ? 0 : 1));
}

function conclusion(failures: number, warnings: number): string {
  if (failures > 0) return 'Fix the first line that fails, and run this again.';
  return warnings > 0 ? 'All works; see whether you mean what the lines warn of.' : 'All is well.';
}

/** More than any token has. */
const largestTokenFileBytes = 64 * 1024;

/** With or without the word in front that it has in a header. */
function readToken(path: string): string | Finding {
  try {
    const text = readTextFile(path, largestTokenFileBytes).trim();
    return text.replace(/^(?:authorization: *)?bearer +/i, '');
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    const wrong = `--token-file ${error.message}`;
    return fails(checks.token, { wrong, owner: 'operator', cure: 'Check the path after --token-file.' });
  }
}

function readSettings(): Settings | SettingsError {
  try {
    return loadSettings({ env: process.env });
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

function withoutSettings({ faults }: SettingsError): Finding[] {
  const { settings, clock, credential, scopes, organization, apiKey, sandboxes } = checks;
  const rest = [checks.ims, checks.platform, clock, credential, scopes, organization, apiKey, sandboxes];
  const wrong = faults.map(({ path, detail }) => `${path} ${detail}`).join('; ');
  return [
    fails(settings, { wrong, owner: 'operator', cure: 'See the settings table in docs/settings.md.' }),
    ...rest.map((check) => skipped(check, settings)),
  ];
}

function examineWith(settings: Settings): AsyncGenerator<Finding> {
  setGlobalAgents(settings);
  const agents = createAgents(settings.ims.url, settings.proxy);
  const parts = { log: silentLog, clock: systemClock, random: Math.random, agents };
  const issuer = createCredential(settings, parts);
  return examine(settings, { issuer, agents, clock: systemClock });
}

async function* examineCallersWith(
  settings: Settings,
  tokenFile: string | undefined,
): AsyncGenerator<Finding> {
  const parts = { log: silentLog, clock: systemClock };
  const tokens = settings.callers.auth.includes('jwt') ? createTokenVerification(settings, parts) : undefined;
  const token = tokenFile === undefined ? undefined : readToken(tokenFile);
  yield* examineCallers(settings, { tokens, token, clock: systemClock });
}

/**
 * Secrets are masked where Adobe's and Node's words are shown, and only there: a mask within our own words would
 * give away a secret that is a part of them.
 */
function masked(finding: Finding, secrets: readonly Secret[]): Finding {
  return finding.mark === 'fails' ? { ...finding, wrong: redact(finding.wrong, secrets) } : finding;
}

function secretsOf({ adobe, proxy }: Settings): Secret[] {
  const { clientSecret, clientSecretNext, privateKey, privateKeyPassphrase } = adobe;
  return [
    clientSecret,
    clientSecretNext,
    privateKey,
    privateKeyPassphrase,
    proxy.httpProxy,
    proxy.httpsProxy,
  ].filter((secret) => secret !== undefined);
}

main().catch((error: unknown) => {
  console.error(explainStartFailure(error, '--token-file, with the path of a file that holds a token'));
  process.exitCode = 1;
});
