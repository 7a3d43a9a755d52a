import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { givenToken, jobsPath, platformHeaders } from './peers/platform-call.ts';
import type { Command } from './processes.ts';

/** nginx as one process, with everything that it writes in a folder of its own below the given one. */
export function nginxCommand(file: string, parent: string, port: number, upstream: string): Command {
  const folder = mkdtempSync(join(parent, 'nginx-'));
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, nginxConfig(folder, port, new URL(upstream).host));
  return { file, args: ['-p', folder, '-c', config, '-e', 'stderr'], env: {} };
}

function nginxConfig(folder: string, port: number, upstream: string): string {
  const headers = Object.entries(platformHeaders(givenToken));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  // No master, so that there is one process to pin, to measure and to end; as many requests on a connection as come.
  return `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  upstream platform { server ${upstream}; keepalive 128; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location /jobs {
      proxy_pass http://platform${jobsPath};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
${headers.map(([name, value]) => `      proxy_set_header ${name} "${value}";`).join('\n')}
    }
  }
}
`;
}
