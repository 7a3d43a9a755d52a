import express from 'express';
import { createKnownJobs } from './known-jobs.ts';
import { port } from './peer.ts';

/** A limit: what Express 5 costs, without helmet, log or anything else. */
const jobs = createKnownJobs();
const app = express();

app.get('/jobs/:id', (request, response) => {
  const bytes = jobs.get(request.params.id);
  if (bytes === undefined) return response.sendStatus(404);
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', bytes.length);
  return response.end(bytes);
});
app.listen(port, '127.0.0.1');
