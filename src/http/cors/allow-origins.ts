import cors from 'cors';
import { type RequestHandler, Router } from 'express';
import { answer } from '../answer.ts';
import { ForeignOrigin } from '../errors.ts';
import { methodsOf } from '../paths.ts';
import { allowedHeaders, exposedHeaders } from './header-names.ts';
import type { IsNamedOrigin } from './named-origins.ts';

/*
 * CORS, for the pages of origins that the settings name. There is no `Access-Control-Allow-Credentials`: it would allow
 * cookies and client certificates, and what a page sends by itself here are headers and tickets only.
 */

/** Two hours, which is as long as Chromium remembers a preflight; others would for longer. */
const maxAgeS = 7_200;

/** The package would answer every OPTIONS itself, and none of its defaults is meant here. */
const nothingElse = { origin: true, preflightContinue: true, methods: [] };

/** Lets pages of named origins read each answer, errors too. */
export function allowOrigins(isNamed: IsNamedOrigin): RequestHandler {
  const expose = cors({ ...nothingElse, allowedHeaders: [], exposedHeaders });
  return (request, response, next) => {
    // On each answer, so that no cache gives one without these headers to a page that may read it.
    response.vary('origin');
    if (isNamed(request.headers.origin)) expose(request, response, next);
    else next();
  };
}

/**
 * Answers what a browser asks before it sends a request for a page: which methods a path has, and which headers are read.
 * Any other OPTIONS is for the routes.
 *
 * @throws ForeignOrigin where the origin is not named; the browser then sends nothing
 */
export function answerPreflights(isNamed: IsNamedOrigin): RequestHandler {
  const router = Router({ caseSensitive: true });
  for (const [path, methods] of Object.entries(methodsOf)) {
    const allow = cors({ ...nothingElse, methods: [...methods], allowedHeaders, maxAge: maxAgeS });
    router.options(path, (request, response, next) => {
      if (isNamed(request.headers.origin)) {
        return allow(request, response, () => answer(response, { status: 204 }));
      }
      // An answer without a word would do for the browser. This one tells whoever looks into the log.
      next(
        new ForeignOrigin(
          'Pages of this origin may not call. The operator adds origins with CORS_ORIGINS; nothing was sent to Adobe.',
        ),
      );
    });
  }
  return (request, response, next) => {
    const { method, headers } = request;
    const isPreflight =
      method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
    // Nearly no request is one, and the others look for no route here.
    if (isPreflight) router(request, response, next);
    else next();
  };
}
