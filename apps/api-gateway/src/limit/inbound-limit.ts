import {
  LimitStoreUnavailable,
  rateLimitFields,
  type RatePolicy,
  type ResilientLimiter,
} from '@groundwork/rate-limiting';
import { limitKey, ProblemError } from '@groundwork/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { RefusalPace } from './refusal-pace.ts';

/** Each client gets at most 50 refusals a second. From 250 connections on, each connection gets one refusal every 5 s. */
const REFUSALS = { atLeastMs: 100, apartMs: 20, atMostMs: 5_000 };

/** Counts requests by client address. */
export class InboundLimit {
  readonly #limiter: ResilientLimiter;
  readonly #refusals = new RefusalPace(REFUSALS);

  constructor(limiter: ResilientLimiter) {
    this.#limiter = limiter;
  }

  /**
   * @returns the fields that report the remaining requests to the client
   * @throws {ProblemError} 429 `rate-limited`; 503 if the policy is closed and its store is unavailable
   */
  async admit(policy: RatePolicy, address: string): Promise<Record<string, string>> {
    const client = limitKey(address);
    const decision = await this.#limiter.take(policy, client).catch(refuseUncounted);
    const fields = rateLimitFields(policy, decision);
    if (decision.allowed) return fields;
    await delay(this.#refusals.delayMs(client));
    throw new ProblemError({
      status: 429,
      code: 'rate-limited',
      detail: `The limit "${policy.name}" admits ${policy.ratePerSecond} requests a second and bursts of ${policy.capacity}.`,
      headers: fields,
    });
  }
}

function refuseUncounted(cause: unknown): never {
  if (!(cause instanceof LimitStoreUnavailable)) throw cause;
  throw new ProblemError({
    status: 503,
    code: 'unavailable',
    detail: 'The gateway cannot count requests at the moment.',
    headers: { 'retry-after': '1' },
    cause,
  });
}
