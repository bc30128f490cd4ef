import { LocalSemaphoreStore } from '@groundwork/resilience';
import { type Loss } from '../src/write-behind/admission.ts';
import { WriteBehind, type WriteBehindOptions } from '../src/write-behind/write-behind.ts';
import { MemoryWriteLog } from './memory-write-log.ts';
import { MemoryWriteStore } from './memory-write-store.ts';

/** Opens write-behind on a log and a store in memory. The flusher is not started. */
export function openWriteBehind(options: Partial<WriteBehindOptions> = {}) {
  const [log, store] = [new MemoryWriteLog(), new MemoryWriteStore()];
  const losses: Loss[] = [];
  const refused: string[] = [];
  const behind = new WriteBehind({
    ...{ name: 'shop', log, store, leases: new LocalSemaphoreStore(), lingerMs: 0 },
    onLoss: (loss) => losses.push(loss),
    onRefused: ({ entry }) => refused.push(entry.key),
    ...options,
  });
  return {
    log,
    store,
    behind,
    losses,
    refused,
    views: behind.counters('views'),
    carts: behind.documents<unknown>('carts'),
  };
}
