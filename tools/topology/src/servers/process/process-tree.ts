import { readFileSync } from 'node:fs';

/**
 * Sends SIGKILL, SIGSTOP or SIGCONT to a process, to its group and to all its descendants, as a container engine does. Returns
 * the descendants: those that the main thread of each process has started. On systems without `/proc`, only the group receives the signal.
 *
 * A group does not contain all descendants: each backend of Postgres leads a group of its own.
 */
export function signalTree(pid: number, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): number[] {
  const descendants = signal === 'SIGCONT' ? descendantsOf(pid) : stopTree(pid);
  if (signal !== 'SIGSTOP') [-pid, ...descendants].forEach((each) => send(each, signal));
  return descendants;
}

/** Stops each process before it reads its children: a stopped process starts no other one. */
function stopTree(pid: number): number[] {
  send(-pid, 'SIGSTOP');
  return childrenOf(pid).flatMap((child) => {
    send(child, 'SIGSTOP');
    return [child, ...stopTree(child)];
  });
}

function descendantsOf(pid: number): number[] {
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

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
