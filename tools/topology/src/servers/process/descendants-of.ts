import { readFileSync } from 'node:fs';

/**
 * Returns the processes that a process has started, directly or not. On systems without `/proc`, returns none.
 *
 * A process group does not contain them all: each backend of Postgres leads a session of its own.
 */
export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
