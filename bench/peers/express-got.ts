import express from 'express';
import got from 'got';
import { port, upstream } from './peer.ts';
import { jobsPath, platformHeaders } from './platform-call.ts';

/** As most people would write it: a token kept in a map, and upstream's answer passed on as it is. */
const tokens = new Map<string, string>();

async function getToken(clientId: string): Promise<string> {
  const kept = tokens.get(clientId);
  if (kept !== undefined) return kept;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'bench-secret' };
  const answer = await got.post(`${upstream}/ims/token/v3`, { form }).json<{ access_token: string }>();
  tokens.set(clientId, answer.access_token);
  return answer.access_token;
}

const app = express();
app.get('/jobs', async (request, response) => {
  const headers = platformHeaders(await getToken('bench-client'));
  const query = new URL(request.url, upstream).search;
  response.json(await got(`${upstream}${jobsPath}${query}`, { headers }).json());
});
app.get('/jobs/:id', async (request, response) => {
  const headers = platformHeaders(await getToken('bench-client'));
  response.json(await got(`${upstream}${jobsPath}/${request.params.id}`, { headers }).json());
});
app.listen(port, '127.0.0.1');
