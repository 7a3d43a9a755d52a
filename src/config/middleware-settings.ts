import { readDefaults } from './load-settings.ts';
import { policiesFileFaults } from './policies-file.ts';
import { parseUpstreamSettings } from './settings.ts';
import { type SettingFault, SettingsError } from './settings-error.ts';
import type { UpstreamSettings } from './upstream-settings.ts';

/** As whom to speak to Adobe. What is left out is as in `config/default.json`. */
export interface CredentialOptions {
  readonly credential?: 'oauth' | 'jwt';
  readonly clientId: string;
  readonly clientSecret: string;
  /** The credential's second secret, while the first one is being replaced. */
  readonly clientSecretNext?: string;
  /** Ends in `@AdobeOrg`. */
  readonly orgId: string;
  readonly scopes?: readonly string[];
  /** The first one is the default. */
  readonly sandboxes?: readonly string[];
  /** With `credential: 'jwt'` only, as the three after it. */
  readonly technicalAccountId?: string;
  /** PEM, PEM with `\n` written out, or PEM in base64. */
  readonly privateKey?: string;
  readonly privateKeyPassphrase?: string;
  readonly metaScopes?: readonly string[];
}

/** How to reach Adobe. What is left out is as in `config/default.json`. */
export interface MiddlewareOptions {
  readonly adobe: CredentialOptions;
  readonly ims?: Partial<UpstreamSettings['ims']>;
  readonly platform?: Partial<UpstreamSettings['platform']>;
  /** What is cached of jobs, and for how long. */
  readonly cache?: Partial<UpstreamSettings['cache']>;
  /** How often a watched job is read. */
  readonly watching?: Partial<UpstreamSettings['watching']>;
  /** How many may watch jobs or wait for them at once. */
  readonly streams?: Partial<UpstreamSettings['streams']>;
  /** How large the body of a request may be. */
  readonly requests?: Partial<UpstreamSettings['requests']>;
  /** Keys and outcomes are kept in memory only, unless `claimsFile` names a file. */
  readonly creates?: Partial<UpstreamSettings['creates']>;
  /** Where creates and cancels are written down. */
  readonly audit?: Partial<UpstreamSettings['audit']>;
  /** When to refuse work because the event loop, the host application's too, is late. */
  readonly overload?: Partial<UpstreamSettings['overload']>;
  /** Permits `http:` to hosts that are not this machine: the token then travels in the clear. */
  readonly allowInsecureUpstream?: boolean;
  /** For OAuth; with a JWT credential set `NODE_USE_ENV_PROXY=1`, because its library takes no proxy. */
  readonly proxy?: { readonly httpProxy?: string; readonly httpsProxy?: string; readonly noProxy?: string };
}

const groups = [
  'adobe',
  'ims',
  'platform',
  'cache',
  'watching',
  'streams',
  'requests',
  'overload',
  'audit',
] as const;

/** A library that writes a file which nobody has named would be a surprise. */
const ownCreates = { claimsFile: ':memory:' };

/**
 * @param findFileFaults what is wrong with the files that options name whose values are right
 * @throws SettingsError with every fault of the options at once
 */
export function readMiddlewareOptions(
  options: MiddlewareOptions,
  findFileFaults: (settings: UpstreamSettings) => readonly SettingFault[] = () => [],
): UpstreamSettings {
  const defaults = readDefaults();
  const raw = {
    // First, so that the schema sees unknown options and refuses them.
    ...options,
    ...Object.fromEntries(groups.map((name) => [name, { ...asObject(defaults[name]), ...options[name] }])),
    creates: { ...asObject(defaults.creates), ...ownCreates, ...options.creates },
    allowInsecureUpstream: options.allowInsecureUpstream ?? defaults.allowInsecureUpstream,
  };
  const inPolicies = policiesFileFaults(raw).map(({ path, detail }) => ({
    path: path === '' ? 'creates.policiesFile' : `creates.policiesFile: ${path}`,
    detail,
  }));
  const read = parse(raw, proxyFaults(options));
  const faults = [...('faults' in read ? read.faults : findFileFaults(read)), ...inPolicies];
  if ('faults' in read || faults.length > 0) throw new SettingsError(faults);
  return read;
}

function parse(raw: unknown, more: readonly SettingFault[]): UpstreamSettings | SettingsError {
  try {
    return parseUpstreamSettings(raw, more);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

function proxyFaults({ adobe, proxy }: MiddlewareOptions): SettingFault[] {
  if (adobe?.credential !== 'jwt' || !proxy) return [];
  const detail = 'cannot be given with a JWT credential, whose library takes none: set NODE_USE_ENV_PROXY=1';
  return [{ path: 'proxy', detail }];
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
