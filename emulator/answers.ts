import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Response } from 'express';

export const codings = ['gzip', 'deflate', 'br'] as const;
export type Coding = (typeof codings)[number];

const compress = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** Makes what `sendJson` and `sendBytes` send later go out in this content coding, asked for or not. */
export function encodeAnswer(response: Response, coding: Coding): void {
  response.locals.coding = coding;
}

/** Makes a success go out with this status, the right headers and no body. */
export function emptySuccess(response: Response, status: number): void {
  response.locals.emptyStatus = status;
}

/** How an answer can be lost: the connection is cut, nothing comes at all, or a gateway has given up (504). */
export const losses = ['reset', 'silence', 'gateway-timeout'] as const;
export type Loss = (typeof losses)[number];

/** Makes what `sendJson` and `sendBytes` send later never arrive. */
export function loseAnswer(response: Response, instead: Loss): void {
  response.locals.lostBy = instead;
}

/** Makes the job that is created appear in the list only so much later. */
export function listLate(response: Response, ms: number): void {
  response.locals.listedAfterMs = ms;
}

/** What `listLate` has said. */
export function listedAfterMs({ locals }: Response): number {
  return Number(locals.listedAfterMs ?? 0);
}

export function sendJson(response: Response, status: number, body: object, type = 'application/json'): void {
  const { emptyStatus }: { emptyStatus?: unknown } = response.locals;
  if (typeof emptyStatus === 'number' && status < 300 && response.locals.lostBy === undefined) {
    response.status(emptyStatus).end();
    return;
  }
  response.status(status).type(type);
  sendBytes(response, Buffer.from(JSON.stringify(body)));
}

export function sendBytes(response: Response, bytes: Buffer): void {
  const lostBy = losses.find((one) => one === response.locals.lostBy);
  if (lostBy !== undefined) {
    if (lostBy === 'reset') response.socket?.resetAndDestroy();
    if (lostBy === 'gateway-timeout') response.status(504).type('html').end('<h1>504 Gateway Time-out</h1>');
    return;
  }
  const coding = codings.find((one) => one === response.locals.coding);
  if (coding !== undefined) response.set('content-encoding', coding);
  response.end(coding === undefined ? bytes : compress[coding](bytes));
}

/** The gateway's own shape. */
export function refuseAtGateway(
  response: Response,
  status: number,
  error_code: string,
  message: string,
): void {
  sendJson(response, status, { error_code, message });
}

/** The profile service's shape, which differs from the gateway's. */
export function refuseByProfile(
  response: Response,
  message: string,
  { status = 400, code = status }: { readonly status?: number; readonly code?: number | string } = {},
): void {
  const type = typeof code === 'string' ? code : 'UPLIB-101554-503';
  sendJson(response, status, {
    requestId: response.get('x-request-id'),
    errors: { [status]: [{ code, message }] },
    type: `https://ns.adobe.com/aep/errors/${type}`,
    title: message,
    status,
  });
}

/** The shape of RFC 9457, which some of Platform's answers have. */
export function sendProblem(response: Response, status: number, name: string, title: string): void {
  const type = `http://ns.adobe.com/adobecloud/problem/${name}`;
  sendJson(response, status, { type, title, status }, 'application/problem+json');
}

/** The shape of RFC 6749, section 5.2, as IMS has it. */
export function refuseGrant(response: Response, error: string, error_description: string): void {
  sendJson(response, 400, { error, error_description });
}
