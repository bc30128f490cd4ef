import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a time, or until the signal aborts. An abort is not an error here. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
