/** What of our configuration Platform can refuse. */
export type RefusedPart = 'api-key' | 'organization' | 'token' | 'sandbox';

export interface RefusalReason {
  readonly part: RefusedPart;
  /** Platform's own codes for it, as in `upstream.code`. */
  readonly codes: RegExp;
  /** For the operator; names the setting where there is one. */
  readonly text: string;
}

/** What Platform's codes say about our configuration: for the cure of `platform-refused-us`, and for `npm run doctor`. */
export const refusalReasons: readonly RefusalReason[] = [
  {
    part: 'api-key',
    codes: /^40300[03]$/,
    text: '403000 and 403003: the API key (`ADOBE_CLIENT_ID`).',
  },
  {
    part: 'organization',
    codes: /^403025$/,
    text: '403025: the organization (`ADOBE_ORG_ID`) or the product profile.',
  },
  {
    part: 'token',
    codes: /^401013$/,
    text: '401013: IMS and Platform disagree about the token.',
  },
  {
    part: 'sandbox',
    codes: /^UPAPI-\d+-403$/,
    text: 'Codes such as UPAPI-…-403: the technical account lacks a role in this sandbox.',
  },
];

/** What a code of Platform's speaks of, or nothing for one that nobody has explained. */
export function refusalReason(upstreamCode: string | undefined): RefusalReason | undefined {
  return upstreamCode === undefined
    ? undefined
    : refusalReasons.find(({ codes }) => codes.test(upstreamCode));
}
