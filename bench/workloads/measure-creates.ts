import type { Bench, Running } from '../bench.ts';
import { createRequest, datasetOf } from '../create-request.ts';

/** One round of creates. */
export interface CreateRound {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** What one create costs its process, in µs; absent where that cannot be found out. */
  readonly cpuEach?: number;
}

export interface CreatesOptions {
  readonly withKeys: boolean;
  readonly seconds: number;
}

/** @throws when anything did not work, or when upstream has not started exactly the jobs that were answered */
export async function measureCreates(
  { upstream, load, plan, ids }: Pick<Bench, 'upstream' | 'load' | 'plan' | 'ids'>,
  running: Pick<Running, 'url' | 'cpuTime'>,
  { withKeys, seconds }: CreatesOptions,
): Promise<CreateRound> {
  const { connections, mostCreates: most } = plan;
  await upstream.reset();
  const before = running.cpuTime();
  const firstNumber = ids.take(most);
  const { url } = running;
  const result = await load.run({ kind: 'create', url, firstNumber, most, withKeys, connections, seconds });
  const after = running.cpuTime();
  const { creates } = await upstream.counts();
  if (result.faults.length > 0) throw new Error(result.faults.join('; '));
  if (result.answers === 0) throw new Error('not one answer');
  if (creates !== result.answers) throw new Error(`${result.answers} answers, and ${creates} jobs started`);
  const { answers, p99Ms } = result;
  const cpuEach = before !== undefined && after !== undefined && ((after - before) * 1e6) / answers;
  return { perSecond: answers / result.seconds, p99Ms, ...(cpuEach !== false && { cpuEach }) };
}

/** @throws when a create is not what it should be: a key that nobody heeds costs nothing */
export async function checkCreate(
  { upstream, ids }: Bench,
  { url }: Running,
  withKeys: boolean,
): Promise<void> {
  const number = ids.take(1);
  const { headers, body } = createRequest(number, withKeys);
  const post = async () => {
    const answer = await fetch(`${url}/jobs`, { method: 'POST', headers, body });
    const text = await answer.text();
    if (answer.status !== 201) throw new Error(`answers ${answer.status} to a create: ${text}`);
    const { id, datasetId } = Object(JSON.parse(text));
    if (datasetId !== datasetOf(number)) throw new Error(`gives a wrong answer to a create: ${text}`);
    return String(id);
  };
  await upstream.reset();
  const first = await post();
  const again = await post();
  const { creates } = await upstream.counts();
  const isOne = first === again && creates === 1;
  if (isOne !== withKeys) {
    const how = withKeys ? 'with one key' : 'without a key';
    throw new Error(`starts ${creates} jobs for a create that is sent twice ${how}`);
  }
}
