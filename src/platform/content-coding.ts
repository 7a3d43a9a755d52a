import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type AnswerHeaders, headerText } from '../ims/http-answer.ts';

/** A body that nobody can read: a coding that we do not know, or one that does not decode. */
export class UndecodableBody extends Error {
  /** More than is read of any answer. */
  readonly isTooLarge: boolean;

  constructor(
    message: string,
    { isTooLarge = false, cause }: { isTooLarge?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'UndecodableBody';
    this.isTooLarge = isTooLarge;
  }
}

type Decode = (bytes: Buffer, mostBytes: number) => Promise<Buffer>;

const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);
const inflateRaw = promisify(zlib.inflateRaw);
const unbrotli = promisify(zlib.brotliDecompress);
const unzstd = promisify(zlib.zstdDecompress);

/** A window of 8 MB is the largest that RFC 9659 allows; zstd itself would take 128 MB. */
const zstdParameters = { [zlib.constants.ZSTD_d_windowLogMax]: 23 };

const decodeGzip: Decode = (bytes, maxOutputLength) => {
  // Some proxies decode a body and leave the header: https://github.com/projectdiscovery/httpx/pull/307
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? gunzip(bytes, { maxOutputLength }) : Promise.resolve(bytes);
};

const noCoding: Decode = async (bytes) => bytes;

/**
 * The names of RFC 9110, 8.4.1, RFC 7932 and RFC 9659. A charset is a slip of servers that mean no coding at all:
 * https://github.com/apache/httpcomponents-client/pull/698
 */
const decoders: Readonly<Record<string, Decode>> = {
  identity: noCoding,
  none: noCoding,
  'utf-8': noCoding,
  utf8: noCoding,
  'iso-8859-1': noCoding,
  gzip: decodeGzip,
  'x-gzip': decodeGzip,
  deflate: (bytes, maxOutputLength) => {
    // By the norm in zlib's wrapping, whose first byte says so; some send it bare.
    const isWrapped = ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
    return isWrapped ? inflate(bytes, { maxOutputLength }) : inflateRaw(bytes, { maxOutputLength });
  },
  br: (bytes, maxOutputLength) => unbrotli(bytes, { maxOutputLength }),
  zstd: (bytes, maxOutputLength) => unzstd(bytes, { maxOutputLength, params: zstdParameters }),
};

/** More than anybody stacks in earnest; undici draws the line there too. */
const mostCodings = 5;

/** Whether there is anything to decode. */
export const isEncoded = (headers: AnswerHeaders) => headers['content-encoding'] !== undefined;

/**
 * Takes the content codings off, the last one that was applied first (RFC 9110, 8.4). Without an
 * `Accept-Encoding`, or in spite of it, a server may apply any. No step makes more than `mostBytes`.
 *
 * @throws UndecodableBody
 */
export async function decodeContent(
  bytes: Buffer,
  headers: AnswerHeaders,
  mostBytes: number,
): Promise<Buffer> {
  const codings = (headerText(headers, 'content-encoding') ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '');
  if (codings.length > mostCodings) throw new UndecodableBody('a body in too many content codings');
  let decoded = bytes;
  for (const coding of codings.reverse()) {
    const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
    if (decode === undefined) throw new UndecodableBody('a body in a content coding that nobody asked for');
    // Nothing at all is nothing in every coding: 204, or an error without a body.
    if (decoded.length === 0) return decoded;
    try {
      decoded = await decode(decoded, mostBytes);
    } catch (cause) {
      throw explain(coding, cause);
    }
  }
  return decoded;
}

/** Of what is cut off, the decoders give what was there. */
const beginners: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  'x-gzip': () => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: () => zlib.createInflate({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  br: () => zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
};

/** Enough for what a job is called. */
const longestBeginning = 64_000;

/** What can be read of a body that did not come whole, or does not decode to its end: its beginning, or nothing. */
export async function decodeBeginning(bytes: Buffer, headers: AnswerHeaders): Promise<Buffer> {
  const coding = headerText(headers, 'content-encoding')?.trim().toLowerCase() ?? '';
  const begin = Object.hasOwn(beginners, coding) ? beginners[coding] : undefined;
  if (begin === undefined) return isEncoded(headers) ? Buffer.alloc(0) : bytes.subarray(0, longestBeginning);
  const decoded: Buffer[] = [];
  let length = 0;
  const decoder = begin();
  try {
    decoder.end(bytes);
    for await (const chunk of decoder) {
      decoded.push(chunk);
      length += chunk.length;
      if (length >= longestBeginning) break;
    }
  } catch {
    // What came before the fault is what there is.
  }
  return Buffer.concat(decoded, Math.min(length, longestBeginning));
}

function explain(coding: string, cause: unknown): UndecodableBody {
  const isTooLarge = cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
  const what = isTooLarge
    ? 'more than the largest answer that is read'
    : `a body that does not decode as ${coding}`;
  return new UndecodableBody(what, { isTooLarge, cause });
}
