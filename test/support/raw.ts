import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends these bytes and reads until the server closes the connection: for what no HTTP client would send. */
export async function sendRaw(url: string, text: string): Promise<RawAnswer> {
  const [head = '', ...body] = (await exchange(url, text)).split('\r\n\r\n');
  const [line = '', ...headers] = head.split('\r\n');
  return {
    status: Number(line.split(' ')[1]),
    headers: Object.fromEntries(headers.map((one) => one.toLowerCase().split(': '))),
    body: body.join('\r\n\r\n'),
  };
}

/**
 * Asks for all of these paths over ten connections, without waiting for one answer before the next question:
 * for crowds.
 *
 * @returns how many answers there were of each status
 */
export async function askAtOnce(
  url: string,
  paths: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, number>>> {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`);
  const share = Math.ceil(paths.length / 10);
  const shares = Array.from({ length: 10 }, (_, at) => paths.slice(at * share, (at + 1) * share));
  const answers = await Promise.all(
    shares
      .filter(({ length }) => length > 0)
      .map((those) => {
        const asked = those.map((path, at) => {
          const last = at === those.length - 1 ? ['connection: close'] : [];
          return [`GET ${path} HTTP/1.1`, ...lines, ...last, '', ''].join('\r\n');
        });
        return exchange(url, asked.join(''));
      }),
  );
  const counts: Record<string, number> = {};
  for (const [, status = ''] of answers.join('').matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

function exchange(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
