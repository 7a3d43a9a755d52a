import type { RawAnswer } from './raw.ts';

/**
 * All answers on a connection, in their order; `100 Continue` is passed over.
 *
 * @throws where it is not HTTP, or ends within an answer
 */
export function readAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let left = text; left !== ''; ) {
    const headEnd = left.indexOf('\r\n\r\n');
    const [line = '', ...lines] = left.slice(0, headEnd).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/.exec(line)?.[1]);
    if (headEnd < 0 || Number.isNaN(status)) throw new Error(`This is no answer: ${left}`);
    const headers = Object.fromEntries(
      lines.map((one) => {
        const [, name = '', value = ''] = /^([\w-]+): (.*)$/.exec(one) ?? [];
        if (name === '') throw new Error(`This is no header: ${one}`);
        return [name.toLowerCase(), value];
      }),
    );
    const length = status === 100 || status === 304 ? 0 : Number(headers['content-length']);
    const begin = headEnd + 4;
    const body = left.slice(begin, begin + length);
    if (body.length !== length) throw new Error(`An answer ends too early: ${left}`);
    left = left.slice(begin + length);
    if (status !== 100) answers.push({ status, headers, body: Buffer.from(body, 'latin1').toString() });
  }
  return answers;
}
