import { setTimeout as delay } from 'node:timers/promises';
import { type AddressMapper } from '../addresses/map-addresses.ts';
import { type HealthCheck } from '../compose/service.ts';
import { type Assignment, type Runner } from '../runners/runner.ts';
import { askHealth } from './ask-health.ts';
import { Turnstile } from './turnstile.ts';

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

/**
 * While a replica starts, it is probed at this interval. A failed check is repeated less often, because each check costs a
 * process.
 */
const LOOK_EVERY_MS = 50;
const ASK_AGAIN_AFTER_MS = [150, 250, 400];

/** Checks of all replicas share the processor cores with the checked services, so at most two run at once. */
const turnstile = new Turnstile(2);

/**
 * Watches one run of a replica until `signal` aborts, and reports each change: `starting` → `healthy` at the first success,
 * `unhealthy` after `retries` consecutive failures, counted from the end of the start period. The interval of the file
 * applies once the replica is healthy.
 */
export async function monitorHealth(
  check: HealthCheck,
  replica: { assignment: Assignment; runner: Runner; mapper: AddressMapper },
  report: (health: Health) => void,
  signal: AbortSignal,
): Promise<void> {
  const { assignment, runner, mapper } = replica;
  const ask = () => turnstile.pass(() => askHealth(check, assignment, mapper));
  const graceEnds = Date.now() + check.startPeriodMs;
  let hasBeenHealthy = false;
  let failures = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      if (!hasBeenHealthy) await untilWorthAsking(replica, runner, signal);
      const isHealthy = await ask();
      signal.throwIfAborted();
      failures = isHealthy ? 0 : failures + (hasBeenHealthy || Date.now() > graceEnds ? 1 : 0);
      hasBeenHealthy ||= isHealthy;
      if (isHealthy) report('healthy');
      else if (failures >= check.retries) report('unhealthy');
      await delay(pause(check, hasBeenHealthy, failures), undefined, { signal, ref: false });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function pause(check: HealthCheck, hasBeenHealthy: boolean, failures: number): number {
  return hasBeenHealthy ? check.intervalMs : (ASK_AGAIN_AFTER_MS[failures] ?? 500);
}

async function untilWorthAsking(
  { assignment }: { assignment: Assignment },
  runner: Runner,
  signal: AbortSignal,
): Promise<void> {
  while (!(await runner.isWorthAsking(assignment).catch(() => false))) {
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
