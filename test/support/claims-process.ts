import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ClaimRequest, ClaimResult, HeldClaim } from '../../src/claims/claims.ts';

const program = fileURLToPath(new URL('claims-holder.ts', import.meta.url));

export interface Answer {
  readonly result?: unknown;
  readonly failed?: string;
  readonly message?: string;
}

/** Claims in another process. */
export interface ClaimsProcess extends AsyncDisposable {
  /** What came of opening the file. */
  readonly opened: Answer;
  ask(verb: string, ...given: readonly unknown[]): Promise<Answer>;
  claim(request: ClaimRequest): Promise<ClaimResult>;
  win(request: ClaimRequest): Promise<HeldClaim>;
  /** What it has logged. */
  readonly logged: string[];
  /** As a crash does: nothing is tidied up. */
  kill(): Promise<void>;
}

/** @param before a line of the shell that runs first in the same process, such as a limit */
export async function startClaimsProcess(
  file: string,
  { before = [], as }: { before?: readonly string[]; as?: number } = {},
): Promise<ClaimsProcess> {
  const [command = '', ...args] = [...before, process.execPath, program, file];
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(as !== undefined && { uid: as, gid: as }),
  });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const logged: string[] = [];

  async function answer(): Promise<Answer> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) return { failed: 'ended' };
      const said = JSON.parse(value);
      if (said.logged === undefined) return said;
      logged.push(said.logged);
    }
  }

  async function ask(verb: string, ...given: readonly unknown[]): Promise<Answer> {
    child.stdin.write(`${JSON.stringify([verb, ...given])}\n`);
    return answer();
  }

  async function claim(request: ClaimRequest): Promise<ClaimResult> {
    const { result, ...failure } = await ask('claim', request);
    if (result === undefined) throw new Error(JSON.stringify(failure));
    return result as ClaimResult;
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await closed;
  }

  return {
    opened: await answer(),
    ask,
    claim,
    async win(request) {
      const result = await claim(request);
      if (!('held' in result)) throw new Error(`It is ${result.kind}`);
      return result.held;
    },
    logged,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
