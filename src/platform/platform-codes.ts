/** What of our configuration Platform can refuse. */
export type RefusedPart = 'api-key' | 'organization' | 'token' | 'sandbox';

/** What a code says that its HTTP status does not say: what is refused, that we made a mistake, or that it is transient. */
export type CodeMeaning = RefusedPart | 'our-mistake' | 'transient';

interface PlatformCode {
  readonly code: string | RegExp;
  /** The HTTP status that the code comes with. */
  readonly status: number;
  readonly meaning: CodeMeaning;
}

/** Every code of Adobe's gateway and of Platform that this service decides by. Other codes are only shown and logged. */
export const platformCodes: readonly PlatformCode[] = [
  // «Missing header»
  { code: '400003', status: 400, meaning: 'our-mistake' },
  // The token is missing, expired or revoked: a new one may help.
  { code: '401013', status: 401, meaning: 'token' },
  { code: '403010', status: 403, meaning: 'token' },
  { code: '403020', status: 403, meaning: 'token' },
  { code: '403000', status: 403, meaning: 'api-key' },
  { code: '403003', status: 403, meaning: 'api-key' },
  { code: '403025', status: 403, meaning: 'organization' },
  { code: /^UPAPI-\d+-403$/, status: 403, meaning: 'sandbox' },
  // «Could not read the profile»: sent as 403, but a failure of the gateway's own.
  { code: '503020', status: 403, meaning: 'transient' },
];

/** What the operator can do when Platform refuses us; each names its codes, and the setting where there is one. */
const refusalCures: Readonly<Record<RefusedPart, string>> = {
  'api-key': '403000 and 403003: the API key (`ADOBE_CLIENT_ID`).',
  organization: '403025: the organization (`ADOBE_ORG_ID`) or the product profile.',
  token: '401013, 403010 and 403020: IMS and Platform disagree about the token.',
  sandbox: 'Codes such as UPAPI-…-403: the technical account lacks a role in this sandbox.',
};

/** The meaning of a code that came with this status, or nothing where the status alone decides. */
export function meaningOfCode(code: string | undefined, status: number): CodeMeaning | undefined {
  return rowsOf(code).find((row) => row.status === status)?.meaning;
}

/** What of our configuration a code refuses, whatever the status on the wire. */
export function refusedPart(code: string | undefined): RefusedPart | undefined {
  const meaning = rowsOf(code)[0]?.meaning;
  return meaning === 'our-mistake' || meaning === 'transient' ? undefined : meaning;
}

/** How to fix what is refused; all of the table where the code does not tell what that is. */
export function refusalCure(code?: string): string {
  const part = refusedPart(code);
  return part === undefined ? Object.values(refusalCures).join(' ') : refusalCures[part];
}

function rowsOf(code: string | undefined): PlatformCode[] {
  return platformCodes.filter((row) => {
    if (code === undefined) return false;
    return typeof row.code === 'string' ? row.code === code : row.code.test(code);
  });
}
