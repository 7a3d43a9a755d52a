import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends these bytes and reads until the server closes the connection: for what no HTTP client would send. */
export function sendRaw(url: string, text: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...body] = answer.split('\r\n\r\n');
      const [line = '', ...headers] = head.split('\r\n');
      resolve({
        status: Number(line.split(' ')[1]),
        headers: Object.fromEntries(headers.map((one) => one.toLowerCase().split(': '))),
        body: body.join('\r\n\r\n'),
      });
    });
  });
}
