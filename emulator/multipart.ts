import type { RequestHandler } from 'express';

/** The fields of a `multipart/form-data` body that was read as text; files are not expected here. */
export const parseMultipart: RequestHandler = async (request, _response, next) => {
  // Node's own parser of forms, which a Response offers.
  const form = await new Response(request.body, {
    headers: { 'content-type': request.get('content-type') ?? '' },
  }).formData();
  request.body = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
  next();
};
