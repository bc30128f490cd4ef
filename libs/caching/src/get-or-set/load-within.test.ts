import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { loadWithin } from './load-within.ts';

describe('loadWithin', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('never aborts a finished load', async () => {
    let signal: AbortSignal | undefined;
    const loaded = await loadWithin('k', (given) => ((signal = given), 'value'), 1_000);
    expect(loaded).toBe('value');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(signal?.aborted).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('aborts a load at its limit, with the same error that the caller receives', async () => {
    let signal: AbortSignal | undefined;
    const hang = (given: AbortSignal) => ((signal = given), new Promise<never>(() => undefined));
    const failure = loadWithin('k', hang, 1_000).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(999);
    expect(signal?.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await failure).toMatchObject({ code: 'cache-load-timeout', retryable: true });
    expect(signal?.reason).toBe(await failure);
  });
});
