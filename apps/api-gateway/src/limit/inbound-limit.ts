import {
  type Limiter,
  limitKey,
  LimitStoreUnavailable,
  quotaExceeded,
  rateLimitFields,
  type RatePolicy,
} from '@groundwork/rate-limiting';
import { ProblemError } from '@groundwork/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { RefusalPace } from './refusal-pace.ts';

/** Each client gets at most 50 refusals a second. From 250 connections on, each connection gets one refusal every 5 s. */
const REFUSALS = { atLeastMs: 100, apartMs: 20, atMostMs: 5_000 };

/** Counts requests by client address. */
export class InboundLimit {
  readonly #limiter: Limiter;
  readonly #refusals = new RefusalPace(REFUSALS);

  constructor(limiter: Limiter) {
    this.#limiter = limiter;
  }

  /**
   * @returns the fields that report the remaining requests to the client
   * @throws {ProblemError} 429 `rate-limited`; 503 if the policy is closed and its store is unavailable
   */
  async admit(policies: readonly RatePolicy[], address: string): Promise<Record<string, string>> {
    const client = limitKey(address);
    const charges = policies.map((policy) => ({ policy, key: client, cost: 1 }));
    const { allowed, decisions } = await this.#limiter.takeAll(charges).catch(refuseUncounted);
    const fields = rateLimitFields(decisions);
    if (allowed) return fields;
    await delay(this.#refusals.delayMs(client));
    const { type, title, status, 'violated-policies': violated } = quotaExceeded(decisions);
    throw new ProblemError({
      ...{ type, title, status },
      code: 'rate-limited',
      detail: violated.map((name) => explain(policies.find((policy) => policy.name === name)!)).join(' '),
      violatedPolicies: violated,
      headers: fields,
    });
  }
}

function explain({ name, ratePerSecond, capacity }: RatePolicy): string {
  return `The limit "${name}" admits ${ratePerSecond} requests a second and bursts of ${capacity}.`;
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
