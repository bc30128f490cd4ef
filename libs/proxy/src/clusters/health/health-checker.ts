import { type Clock, SYSTEM_CLOCK } from '@groundwork/resilience';
import { type UnansweredRequests } from './unanswered-requests.ts';

export interface CheckedEndpoint {
  readonly unanswered: UnansweredRequests;
}

export interface HealthCheckOptions {
  /** The time between two checks of an endpoint that responds. 0: only silent endpoints are checked. Default: 0. */
  readonly intervalMs?: number;
  /** So many failed checks in a row make an endpoint unhealthy. One is enough for a silent endpoint. Default: 2. */
  readonly unhealthyAfter?: number;
  /** So many good checks in a row make it healthy again. Default: 1. */
  readonly healthyAfter?: number;
  readonly clock?: Clock;
}

interface Record {
  isUnhealthy: boolean;
  isBeingChecked: boolean;
  checkedAt: number;
  /** Checks in a row that contradict the present state. */
  contradictions: number;
}

/**
 * Checks endpoints with probes (active health checks). An endpoint that is silent while requests wait is probed at once: a stopped
 * process and a slow query are both silent, and only the process that is stopped does not answer a probe. An unhealthy endpoint is
 * probed at each look until it answers.
 */
export class HealthChecker<Endpoint extends CheckedEndpoint> {
  readonly #probe: (endpoint: Endpoint) => Promise<boolean>;
  readonly #intervalMs: number;
  readonly #unhealthyAfter: number;
  readonly #healthyAfter: number;
  readonly #clock: Clock;
  readonly #records = new WeakMap<Endpoint, Record>();

  /** @param probe resolves with whether an endpoint answers within a short time; never rejects */
  constructor(
    probe: (endpoint: Endpoint) => Promise<boolean>,
    { intervalMs = 0, unhealthyAfter = 2, healthyAfter = 1, clock = SYSTEM_CLOCK }: HealthCheckOptions = {},
  ) {
    this.#probe = probe;
    this.#intervalMs = intervalMs;
    this.#unhealthyAfter = unhealthyAfter;
    this.#healthyAfter = healthyAfter;
    this.#clock = clock;
  }

  isUnhealthy(endpoint: Endpoint): boolean {
    return this.#records.get(endpoint)?.isUnhealthy === true;
  }

  /** The endpoint has responded to a request: it does not hang. A response says nothing about its regular checks. */
  responded(endpoint: Endpoint): void {
    const record = this.#records.get(endpoint);
    if (record && this.#intervalMs === 0) Object.assign(record, { isUnhealthy: false, contradictions: 0 });
  }

  /** Probes the endpoints that are silent, unhealthy or due. Call it several times a second. Never rejects. */
  async look(endpoints: readonly Endpoint[]): Promise<void> {
    await Promise.all(endpoints.map((endpoint) => this.#lookAt(endpoint)));
  }

  async #lookAt(endpoint: Endpoint): Promise<void> {
    const now = this.#clock.monotonicMs();
    const record = this.#recordOf(endpoint);
    const isSilent = endpoint.unanswered.isSilent(now);
    const isDue = this.#intervalMs > 0 && now - record.checkedAt >= this.#intervalMs;
    if (record.isBeingChecked || !(isSilent || record.isUnhealthy || isDue)) return;
    Object.assign(record, { isBeingChecked: true, checkedAt: now });
    const isGood = await this.#probe(endpoint);
    record.isBeingChecked = false;
    this.#judge(record, isGood, isSilent);
    if (isGood) endpoint.unanswered.responded(this.#clock.monotonicMs());
    else if (record.isUnhealthy) endpoint.unanswered.reportHang();
  }

  #judge(record: Record, isGood: boolean, isSilent: boolean): void {
    if (isGood !== record.isUnhealthy) {
      record.contradictions = 0;
      return;
    }
    record.contradictions += 1;
    const needed = isGood ? this.#healthyAfter : isSilent ? 1 : this.#unhealthyAfter;
    if (record.contradictions < needed) return;
    record.isUnhealthy = !isGood;
    record.contradictions = 0;
  }

  #recordOf(endpoint: Endpoint): Record {
    const known = this.#records.get(endpoint);
    if (known) return known;
    const record = {
      isUnhealthy: false,
      isBeingChecked: false,
      checkedAt: Number.NEGATIVE_INFINITY,
      contradictions: 0,
    };
    this.#records.set(endpoint, record);
    return record;
  }
}
