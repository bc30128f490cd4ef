import { MemoryWriteStore } from '../../test/memory-write-store.ts';
import { describeWriteStore } from '../conformance/write-store.conformance.ts';

describeWriteStore('a store in memory', async () => ({
  store: new MemoryWriteStore(),
  close: () => undefined,
}));
