import { type LogEntry } from './write-log.ts';

/** One write for each key: the sum of the amounts of a counter, or the newest change of a document. Keys keep the order of their newest entry. */
export function coalesce(entries: readonly LogEntry[]): LogEntry[] {
  const newest = new Map<string, LogEntry>();
  for (const entry of entries) {
    const name = JSON.stringify([entry.collection, entry.key]);
    const earlier = newest.get(name);
    newest.delete(name);
    newest.set(name, earlier === undefined ? entry : combined(earlier, entry));
  }
  return [...newest.values()];
}

function combined(earlier: LogEntry, later: LogEntry): LogEntry {
  if (earlier.change.op !== 'add' || later.change.op !== 'add') return later;
  return { ...later, change: { op: 'add', amount: earlier.change.amount + later.change.amount } };
}
