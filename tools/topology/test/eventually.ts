import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until the condition holds. The testing library depends on this package, so its function cannot be used here. The
 * default timeout only ends a test that hangs; it does not measure speed.
 */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { within = 60_000 } = {},
): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${within} ms`);
    await delay(20);
  }
}
