import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls `check` while it throws or returns undefined, null or false, and resolves with its first other result. After
 * `within` ms it rejects with the last error, or with an error that contains the last value. The default only ends a hanging
 * test; it does not limit the speed of the code under test.
 */
export async function eventually<T>(
  check: () => Promise<T> | T,
  { within = 60_000, every = 50 }: { within?: number; every?: number } = {},
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + within;
  for (;;) {
    const outcome = await attempt(check);
    if ('value' in outcome && isSettled(outcome.value)) return outcome.value;
    if (Date.now() >= deadline) throw tooLate(outcome, within);
    await delay(every);
  }
}

type Outcome<T> = { value: T } | { error: unknown };

async function attempt<T>(check: () => Promise<T> | T): Promise<Outcome<T>> {
  try {
    return { value: await check() };
  } catch (error) {
    return { error };
  }
}

function isSettled<T>(value: T): value is Exclude<T, undefined | null | false> {
  return value !== undefined && value !== null && value !== false;
}

function tooLate(outcome: Outcome<unknown>, within: number): unknown {
  if ('value' in outcome)
    return new Error(`did not come true within ${within} ms; last seen: ${String(outcome.value)}`);
  // The last failed assertion shows the reader why the test failed.
  return outcome.error;
}
