import http from 'node:http';
import https from 'node:https';
import type { Settings } from './config/settings.ts';
import { createAgents } from './service.ts';

/**
 * @adobe/jwt-auth takes no agent, so with a JWT credential the process's own have to know the proxy. For entry
 * files only: a middleware must not change what its host application uses.
 */
export function setGlobalAgents(settings: Settings): void {
  if (settings.adobe.credential !== 'jwt') return;
  const agents = createAgents(settings);
  http.globalAgent = agents.http;
  https.globalAgent = agents.https;
}
