import { describePurgeStore } from '../conformance/purge-store.conformance.ts';
import { MemoryPurgeStore } from './memory-purge-store.ts';

describePurgeStore('the memory store', async (maxJobs) => new MemoryPurgeStore({ maxJobs }));
