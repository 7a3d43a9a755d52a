import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { firstStartedId } from '../job-ids.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createCallBook } from './call-book.ts';
import { jobBytes, pageBytes, startedJobBytes } from './platform-jobs.ts';

/*
 * IMS and Platform, as cheap as they can be: no checks, and answers that are ready. The first argument is
 * the port. `POST /control/reset?delayMs&tokenDelayMs` forgets what was counted and says how long Platform
 * and IMS take from now on; `GET /control/counts` tells the counts. `/control/access-token` and `/jwks` are an identity
 * provider for the service's callers.
 */

const port = Number(process.argv[2]);
const origin = `http://127.0.0.1:${port}`;
const jobsPath = '/data/core/ups/export/jobs';
const token = Buffer.from(
  JSON.stringify({ access_token: `bench-${'t'.repeat(1200)}`, token_type: 'bearer', expires_in: 86_399 }),
);

const accessTokens = await createAccessTokens();
const book = createCallBook();
let nextId = firstStartedId;
let delayMs = 0;
let tokenDelayMs = 0;

function send(response: ServerResponse, body: Buffer, status = 200): void {
  response.writeHead(status, [
    'content-type',
    'application/json;charset=UTF-8',
    'x-request-id',
    '0ab765cc-3faf-4a4e-b394-f24ba198c452',
    'content-length',
    String(body.length),
  ]);
  response.end(body);
}

function sendAfter(ms: number, response: ServerResponse, body: Buffer): void {
  if (ms === 0) send(response, body);
  else setTimeout(send, ms, response, body);
}

/** Each is another job, also after what was counted is forgotten. */
async function create(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const id = nextId;
  nextId += 1;
  book.noteCreate();
  response.setHeader('x-location', `/export/jobs/${id}`);
  sendAfter(delayMs, response, startedJobBytes(id, body));
}

async function control(path: string, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(path, 'http://upstream');
  if (pathname === '/control/access-token') {
    return send(response, Buffer.from(await accessTokens.issue(origin)));
  }
  if (pathname === '/control/reset') {
    book.reset();
    delayMs = Number(searchParams.get('delayMs'));
    tokenDelayMs = Number(searchParams.get('tokenDelayMs'));
  }
  send(response, Buffer.from(JSON.stringify(book.counts())));
}

const server = createServer((request, response) => {
  const path = request.url ?? '/';
  if (request.method === 'GET' && path.startsWith(jobsPath)) {
    book.noteRead(path);
    // Some proxies put a slash before the query, as Platform's own links have it.
    const [, id] = /^\/(\d+)$/.exec(path.slice(jobsPath.length)) ?? [];
    return sendAfter(delayMs, response, id === undefined ? pageBytes : jobBytes(id));
  }
  if (request.method === 'POST' && path === jobsPath) {
    // Whoever sends half of one has nothing started.
    create(request, response).catch(() => response.destroy());
    return;
  }
  // Otherwise the next request would be looked for within this one's body.
  request.resume();
  if (path.startsWith('/ims/')) {
    book.noteExchange();
    return sendAfter(tokenDelayMs, response, token);
  }
  if (path === '/jwks') return send(response, accessTokens.keySet);
  if (path.startsWith('/control/')) {
    control(path, response).catch(() => send(response, Buffer.from('{}'), 500));
    return;
  }
  return send(response, Buffer.from('{}'), 404);
});

// Between two rounds of a contestant its connections are idle: it must not meet one that has just ended.
server.keepAliveTimeout = 600_000;
server.listen(port, '127.0.0.1');
// The bench holds the other end, so that upstream ends with it, however it ends.
process.stdin.resume().on('end', () => process.exit());
