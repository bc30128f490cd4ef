import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Returns the memory of a process and its descendants, in bytes. On Linux it is the proportional set size, which counts the
 * pages shared by Postgres's backends once. On other systems it is the resident set size, which counts them for each
 * backend.
 */
export function residentMemory(pid: number): number {
  return process.platform === 'linux'
    ? sum(withDescendants(pid, parentsFromProc()).map(proportionalSetSize))
    : fromPs(pid);
}

type Parents = ReadonlyMap<number, number>;

function withDescendants(pid: number, parents: Parents): number[] {
  const children = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [pid, ...children.flatMap((child) => withDescendants(child, parents))];
}

function parentsFromProc(): Parents {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => parentOf(pid) ?? []));
}

function parentOf(pid: string): [[number, number]] | undefined {
  const afterName = read(`/proc/${pid}/stat`)?.split(')').at(-1)?.trim().split(' ');
  return afterName === undefined ? undefined : [[Number(pid), Number(afterName[1])]];
}

function proportionalSetSize(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

function fromPs(pid: number): number {
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const parents = new Map(rows.map(([child = 0, parent = 0]) => [child, parent]));
  const all = new Set(withDescendants(pid, parents));
  return sum(rows.filter(([child = 0]) => all.has(child)).map(([, , kilobytes = 0]) => kilobytes * 1_024));
}

/** A process may end between the listing and the read. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
