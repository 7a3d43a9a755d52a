import express from 'express';
import { request as ask } from 'undici';
import { port, upstream } from './peer.ts';
import { jobsPath, platformHeaders } from './platform-call.ts';
import { type PlatformJob, toOurWords } from './to-our-words.ts';

/** As most people would write it with the fastest client: parse, map, answer, and check nothing. */
const tokens = new Map<string, string>();

async function getToken(clientId: string): Promise<string> {
  const kept = tokens.get(clientId);
  if (kept !== undefined) return kept;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'bench-secret' };
  const answer = await ask(`${upstream}/ims/token/v3`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  const { access_token } = (await answer.body.json()) as { access_token: string };
  tokens.set(clientId, access_token);
  return access_token;
}

async function askPlatform(path: string): Promise<unknown> {
  const headers = platformHeaders(await getToken('bench-client'));
  const answer = await ask(upstream + jobsPath + path, { headers });
  return answer.body.json();
}

const app = express();
app.get('/jobs', async (request, response) => {
  const page = (await askPlatform(new URL(request.url, upstream).search)) as { records: PlatformJob[] };
  response.json({ jobs: page.records.map(toOurWords) });
});
app.get('/jobs/:id', async (request, response) => {
  response.json(toOurWords((await askPlatform(`/${request.params.id}`)) as PlatformJob));
});
app.listen(port, '127.0.0.1');
