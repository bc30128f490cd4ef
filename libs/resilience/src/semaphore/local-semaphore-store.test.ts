import { semaphoreStoreConformance } from '../conformance/semaphore-store.conformance.ts';
import { LocalSemaphoreStore } from './local-semaphore-store.ts';

semaphoreStoreConformance('the local store', () => new LocalSemaphoreStore());
