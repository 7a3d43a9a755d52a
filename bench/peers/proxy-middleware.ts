import { Agent } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { port, upstream } from './peer.ts';
import { givenToken, jobsPath, platformHeaders } from './platform-call.ts';

const app = express();
app.use(
  '/jobs',
  createProxyMiddleware({
    target: upstream + jobsPath,
    changeOrigin: true,
    headers: platformHeaders(givenToken),
    // As it comes it opens a connection for each request, which would be a comparison with that.
    agent: new Agent({ keepAlive: true }),
  }),
);
app.listen(port, '127.0.0.1');
