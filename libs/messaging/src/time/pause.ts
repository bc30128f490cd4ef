import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or returns at once when the signal aborts: ending is no error here. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
