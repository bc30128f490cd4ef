import {
  LimitStoreUnavailable,
  rateLimitFields,
  type RatePolicy,
  type ResilientLimiter,
} from '@groundwork/rate-limiting';
import { limitKey, ProblemError } from '@groundwork/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { RefusalPace } from './refusal-pace.ts';

/** 50 refusals a second for one client; from 250 connections on, each of them is refused once in 5 s. */
const REFUSALS = { atLeastMs: 100, apartMs: 20, atMostMs: 5_000 };

/** Counts requests by client address. */
export class InboundLimit {
  readonly #limiter: ResilientLimiter;
  readonly #refusals = new RefusalPace(REFUSALS);

  constructor(limiter: ResilientLimiter) {
    this.#limiter = limiter;
  }

  /**
   * @returns the fields that tell the client what it has left
   * @throws {ProblemError} 429 `rate-limited`; 503 when a closed policy's store is away, which is no fault of the client
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
    detail: 'Requests cannot be counted at the moment.',
    headers: { 'retry-after': '1' },
    cause,
  });
}
