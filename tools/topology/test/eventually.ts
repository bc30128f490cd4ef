import { setTimeout as delay } from 'node:timers/promises';

/** Polls until the condition holds (the testing library depends on this package, so it cannot lend its own). */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { within = 10_000 } = {},
): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${within} ms`);
    await delay(20);
  }
}
