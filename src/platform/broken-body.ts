import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { type AnswerHeaders, firstHeader, headerText } from '../ims/http-answer.ts';
import { charactersOf } from './body-text.ts';

/** When a body is cut off, these decoders still give what came before the cut. */
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  'x-gzip': () => zlib.createGunzip({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: () => zlib.createInflate({ finishFlush: zlib.constants.Z_SYNC_FLUSH }),
  br: () => zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }),
};

/** Enough to find a job's id. */
const longestBeginning = 64_000;

/** The beginning of a body that did not come whole, or does not decode to its end, as text; empty where nothing can be read. */
export async function beginningText(bytes: Buffer, headers: AnswerHeaders): Promise<string> {
  return charactersOf(await decodeBeginning(bytes, headers), firstHeader(headers, 'content-type'));
}

async function decodeBeginning(bytes: Buffer, headers: AnswerHeaders): Promise<Buffer> {
  const coding = headerText(headers, 'content-encoding')?.trim().toLowerCase();
  if (coding === undefined) return bytes.subarray(0, longestBeginning);
  const createDecoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (createDecoder === undefined) return Buffer.alloc(0);
  const decoded: Buffer[] = [];
  let length = 0;
  const decoder = createDecoder();
  try {
    decoder.end(bytes);
    for await (const chunk of decoder) {
      decoded.push(chunk);
      length += chunk.length;
      if (length >= longestBeginning) break;
    }
  } catch {
    // What came before the error is the result.
  }
  return Buffer.concat(decoded, Math.min(length, longestBeginning));
}
