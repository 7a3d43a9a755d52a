import { Agent, request as ask, createServer } from 'node:http';
import { port, upstream } from './peer.ts';
import { givenToken, jobsPath, platformHeaders } from './platform-call.ts';

/** A limit: forwarding with nothing but Node, reading nothing of what passes. */
const agent = new Agent({ keepAlive: true });
const headers = platformHeaders(givenToken);
const { hostname, port: upstreamPort } = new URL(upstream);

createServer((request, response) => {
  const path = jobsPath + (request.url ?? '').slice('/jobs'.length);
  const forwarded = ask({ agent, hostname, port: upstreamPort, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  forwarded.once('error', () => response.headersSent || response.writeHead(502).end());
  response.once('close', () => response.writableFinished || forwarded.destroy());
  forwarded.end();
}).listen(port, '127.0.0.1');
