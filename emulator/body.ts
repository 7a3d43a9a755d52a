import { parse as parseQuery } from 'node:querystring';
import express, { type Request, type RequestHandler } from 'express';

/** Bytes, whatever they claim to be; gzip, deflate and br are decoded. What is wrong with them is judged later. */
export const readBody: RequestHandler = express.raw({ type: () => true, limit: '1mb' });

/** Names with their values; an array where a name came more than once, as `node:querystring` has it. */
type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The fields of a form, urlencoded or multipart; none where the body is no form. */
export const parseForm: RequestHandler = async (request, _response, next) => {
  const type = request.get('content-type') ?? '';
  const bytes = bytesOf(request);
  if (/^multipart\/form-data\b/i.test(type)) request.body = await multipartFields(bytes, type);
  else request.body = /json/i.test(type) ? {} : { ...parseQuery(bytes.toString()) };
  next();
};

/** The JSON value, or the text as it came where it is no JSON. */
export const parseJson: RequestHandler = (request, _response, next) => {
  const text = bytesOf(request).toString();
  try {
    request.body = text === '' ? undefined : JSON.parse(text);
  } catch {
    request.body = text;
  }
  next();
};

/**
 * What the form and the query say together: IMS takes its parameters in either.
 *
 * @returns the name of a parameter that came with two values in `repeated` (not allowed, RFC 6749 section 3.2)
 */
export function parametersOf(request: Request): {
  readonly parameters: ReadonlyMap<string, string>;
  readonly repeated: string | undefined;
} {
  const parameters = new Map<string, string>();
  let repeated: string | undefined;
  const sources: readonly Fields[] = [Object(request.query), Object(request.body)];
  for (const [name, values = ''] of sources.flatMap((fields) => Object.entries(fields))) {
    for (const value of [values].flat()) {
      if ((parameters.get(name) ?? value) !== value) repeated ??= name;
      parameters.set(name, value);
    }
  }
  return { parameters, repeated };
}

function bytesOf({ body }: Request): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

async function multipartFields(bytes: Buffer, type: string): Promise<Record<string, string | string[]>> {
  const fields: Record<string, string | string[]> = {};
  try {
    // Node's own parser of forms, which a Response offers.
    const form = await new Response(Uint8Array.from(bytes), { headers: { 'content-type': type } }).formData();
    for (const name of new Set(form.keys())) {
      const values = form.getAll(name).map(String);
      fields[name] = values.length === 1 ? (values[0] ?? '') : values;
    }
  } catch {
    // A form that is broken says nothing; the endpoint then tells which parameter it misses.
  }
  return fields;
}
