import { createServer } from 'node:http';
import { createKnownJobs } from './known-jobs.ts';
import { port } from './peer.ts';

/** A limit: what Node needs to read a request and to write known bytes. */
const jobs = createKnownJobs();

createServer((request, response) => {
  const bytes = jobs.get(request.url?.slice('/jobs/'.length) ?? '');
  if (bytes === undefined) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  return response.end(bytes);
}).listen(port, '127.0.0.1');
