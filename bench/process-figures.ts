import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for all its programs. */
const ticksPerSecond = 100;

/** The processor time of a process so far, in seconds; nothing where there is no `/proc`. */
export function cpuTime(pid: number): number | undefined {
  try {
    // The name before it may hold spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return undefined;
  }
}

/** The resident size of a process in megabytes (of a million bytes); nothing where it cannot be found out. */
export function residentMegabytes(pid: number): number | undefined {
  const kilobytes = fromProc(pid) ?? fromPs(pid);
  return kilobytes === undefined ? undefined : (kilobytes * 1024) / 1e6;
}

function fromProc(pid: number): number | undefined {
  try {
    return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) || undefined;
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): number | undefined {
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) || undefined;
}
