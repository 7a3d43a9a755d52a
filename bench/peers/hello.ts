import express from 'express';
// Loaded and not used: what the service cannot do without, it is not to be blamed for.
import 'got';
import 'pino';
import 'zod';
import { port } from './peer.ts';

/** The least that a service of this kind can be: for the cold start and for the memory. */
const app = express();
app.get('/livez', (_request, response) => {
  response.json({ status: 'ok' });
});
app.get('/jobs/:id', (request, response) => {
  response.json({ id: request.params.id, hello: 'world'.repeat(250) });
});
app.get('/jobs/:id/events', (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: job\ndata: {"hello":"world"}\n\n');
});
app.listen(port, '127.0.0.1');
