import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until the condition holds (the testing library depends on this package, so it cannot lend its own). The default ends a
 * test that hangs; it judges no speed.
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
