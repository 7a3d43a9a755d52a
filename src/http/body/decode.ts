import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { errorCode } from '../../observability/error-code.ts';
import { BodyTooLarge, UnreadableBody, UnsupportedMediaType } from '../errors.ts';

type Decode = (encoded: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>;

/** RFC 9110, 8.4.1: `x-gzip` is the same as `gzip`. */
const decoders = {
  identity: async (plain) => plain,
  gzip: promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip),
  'x-gzip': promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(gunzip),
  deflate: promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(inflate),
  br: promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(brotliDecompress),
  zstd: promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(zstdDecompress),
} satisfies Record<string, Decode>;

export type Coding = keyof typeof decoders;

/** @throws UnsupportedMediaType for a coding that is not supported, and for more than one */
export function codingOf(field = 'identity'): Coding {
  const named = field.trim().toLowerCase() || 'identity';
  if (isCoding(named)) return named;
  throw new UnsupportedMediaType(
    'The Content-Encoding is not supported: send the body as it is, or in one of gzip, deflate, br and zstd.',
  );
}

function isCoding(name: string): name is Coding {
  return Object.hasOwn(decoders, name);
}

/**
 * Stops as soon as there is more than `mostBytes`: fifty bytes of brotli can stand for gigabytes.
 *
 * @throws BodyTooLarge, UnreadableBody
 */
export async function decode(encoded: Uint8Array, coding: Coding, mostBytes: number): Promise<Uint8Array> {
  try {
    return await decoders[coding](encoded, { maxOutputLength: mostBytes });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE')
      throw new BodyTooLarge(`The body has more than ${mostBytes} bytes once it is decoded.`);
    throw new UnreadableBody(`The body is not ${coding}, although its Content-Encoding says so.`);
  }
}
