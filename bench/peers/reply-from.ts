import replyFrom from '@fastify/reply-from';
import fastify from 'fastify';
import { port, upstream } from './peer.ts';
import { givenToken, jobsPath, platformHeaders } from './platform-call.ts';

const added = platformHeaders(givenToken);
const app = fastify();
await app.register(replyFrom, { base: upstream });
app.get('/jobs', (request, reply) =>
  reply.from(jobsPath + request.url.slice('/jobs'.length), {
    rewriteRequestHeaders: (_request, headers) => ({ ...headers, ...added }),
  }),
);
app.get<{ Params: { id: string } }>('/jobs/:id', (request, reply) =>
  reply.from(`${jobsPath}/${request.params.id}`, {
    rewriteRequestHeaders: (_request, headers) => ({ ...headers, ...added }),
  }),
);
await app.listen({ port, host: '127.0.0.1' });
