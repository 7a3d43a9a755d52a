import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { type AnswerHeaders, firstHeader, headerText } from '../ims/http-answer.ts';

/** A body that cannot be read: in a coding that we do not support, or one that does not decode. */
export class UndecodableBody extends Error {
  /** Larger than the largest answer that is read. */
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

/** More are not used in practice; undici has the same limit. */
const mostCodings = 5;

const utf8 = new TextDecoder();

/** What a decoder writes for bytes that are not UTF-8. */
const replacement = '\uFFFD';

/**
 * The body of an answer as text: its content codings are taken off, and its bytes read in its charset.
 *
 * @param mostBytes the largest body, after each step of decoding
 * @throws UndecodableBody
 */
export async function bodyText(bytes: Buffer, headers: AnswerHeaders, mostBytes: number): Promise<string> {
  const isEncoded = headers['content-encoding'] !== undefined;
  const decoded = isEncoded ? await decodeContent(bytes, headers, mostBytes) : bytes;
  return charactersOf(decoded, firstHeader(headers, 'content-type'));
}

/**
 * Takes the content codings off, the last one that was applied first (RFC 9110, 8.4). Without an
 * `Accept-Encoding`, or in spite of it, a server may apply any. No step makes more than `mostBytes`.
 *
 * @throws UndecodableBody
 */
async function decodeContent(bytes: Buffer, headers: AnswerHeaders, mostBytes: number): Promise<Buffer> {
  const codings = (headerText(headers, 'content-encoding') ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '');
  if (codings.length > mostCodings) throw new UndecodableBody('a body in too many content codings');
  let decoded = bytes;
  for (const coding of codings.reverse()) {
    const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
    if (decode === undefined) throw new UndecodableBody('a body in a content coding that was not asked for');
    // An empty body is empty in every coding: a 204, or an error without a body.
    if (decoded.length === 0) return decoded;
    try {
      decoded = await decode(decoded, mostBytes);
    } catch (cause) {
      throw explain(coding, cause);
    }
  }
  return decoded;
}

function explain(coding: string, cause: unknown): UndecodableBody {
  const isTooLarge = cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
  const what = isTooLarge
    ? 'more than the largest answer that is read'
    : `a body that does not decode as ${coding}`;
  return new UndecodableBody(what, { isTooLarge, cause });
}

/**
 * A body as text. JSON is UTF-8 (RFC 8259, 8.1), and so nearly all bodies are; UTF-16 is recognised by its mark or
 * by its zeros (RFC 4627, 3), and what is not UTF-8 is read in the charset that the media type names. A byte order
 * mark is no part of the text.
 */
export function charactersOf(bytes: Uint8Array, contentType: string | undefined): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes);
  const text = utf8.decode(bytes);
  // UTF-8 first: a wrongly named charset is more frequent than other bytes that happen to be valid UTF-8.
  return text.includes(replacement) ? (decodeAs(charsetOf(contentType), bytes) ?? text) : text;
}

function utf16Of([first, second, third]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === undefined || second === undefined) return undefined;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0 && third !== 0) return 'utf-16le';
  return first === 0 && second !== 0 ? 'utf-16be' : undefined;
}

function charsetOf(contentType = ''): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1];
}

function decodeAs(charset: string | undefined, bytes: Uint8Array): string | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // An unknown charset.
    return undefined;
  }
}
