/** What an answer of this shape would have on the wire. */
interface ErrorAnswer {
  readonly status: number;
  readonly type?: string;
  /** None where the answer is empty. */
  readonly body?: object;
}

export const errorShapes = [
  'gateway',
  'profile',
  'profile-code',
  'permission',
  'internal',
  'registry',
  'problem',
  'problem-in-report',
  'flat',
  'error-message',
  'oauth',
  'nested-error',
  'empty',
] as const;
export type ErrorShape = (typeof errorShapes)[number];

const aep = 'https://ns.adobe.com/aep/errors/';

/** The shapes in which Adobe says no, as its documents and the issues of its clients show them. */
export function errorAnswer(shape: ErrorShape, orgId: string): ErrorAnswer {
  switch (shape) {
    case 'gateway':
      return { status: 403, body: { error_code: '403003', message: 'Api Key is invalid' } };
    case 'profile':
      return profile(400, 400, 'UPLIB-101554-503', 'The dataset is not enabled for the union schema');
    case 'profile-code':
      return profile(
        400,
        'UPAPI-100014-400',
        'UPAPI-100014-400',
        'The dataset is not enabled for the union schema',
      );
    case 'permission':
      return profile(
        403,
        'UPAPI-113752-403',
        'UPAPI-113752-403',
        `Permission denied on /orgs/${orgId}/sandboxes/prod/export-jobs`,
      );
    case 'internal':
      return profile(
        500,
        'UPAPI-113751-500',
        'UPAPI-113751-500',
        `Could not evaluate access of imsOrgId ${orgId}`,
      );
    case 'registry':
      return {
        status: 422,
        body: {
          type: `${aep}UPAPI-036002-422`,
          title: 'Unprocessable entity',
          status: 422,
          report: { detail: 'The merge policy does not exist', requestId: 'emulated-request' },
          'error-chain': [{ serviceId: 'UPAPI', errorCode: 'UPAPI-036002-422', unixTimeStampMs: 0 }],
        },
      };
    case 'problem':
      return problem({ detail: 'The dataset was not found' });
    case 'problem-in-report':
      return problem({ report: { 'additional-context': { message: 'The dataset was not found' } } });
    case 'flat':
      return { status: 400, body: { code: '400', message: 'The job cannot be read' } };
    case 'error-message':
      return { status: 400, body: { errorMessage: 'The job cannot be read' } };
    case 'oauth':
      return { status: 401, body: { error: 'invalid_token', error_description: 'The token has expired' } };
    case 'nested-error':
      return { status: 400, body: { error: { code: 400, message: 'The job cannot be read' } } };
    case 'empty':
      return { status: 503 };
  }
}

function profile(status: number, code: number | string, type: string, message: string): ErrorAnswer {
  return {
    status,
    body: {
      requestId: 'emulated-request',
      errors: { [status]: [{ code, message }] },
      type: `${aep}${type}`,
      title: message,
      status,
    },
  };
}

function problem(more: object): ErrorAnswer {
  const type = 'http://ns.adobe.com/adobecloud/problem/missing-entity';
  return {
    status: 404,
    type: 'application/problem+json',
    body: { type, title: 'Missing entity', status: 404, ...more },
  };
}
