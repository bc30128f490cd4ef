import { type Clock, SYSTEM_CLOCK } from '@groundwork/resilience';
import { RetryBudget } from './retry-budget.ts';
import {
  type ClusterEvents,
  type ClusterOptions,
  type ClusterPorts,
  type ClusterSettings,
} from './cluster-options.ts';
import { type EndpointAddress, resolveEndpoints } from './dns.ts';
import { Endpoint } from './endpoint.ts';
import { HealthChecker } from './health/health-checker.ts';
import { OutlierDetector } from './health/outlier-detector.ts';
import { probeEndpoint } from './health/probe-endpoint.ts';
import { PowerOfTwoChoices } from './load-balancers/power-of-two-choices.ts';
import { warmShare } from './slow-start.ts';
import { openTransport } from './transport.ts';

const LOOK_EVERY_MS = 200;
/** A burst fills all connections for a moment; only a longer exhaustion is reported. */
const EXHAUSTED_FOR_MS = 1_000;

export interface PickOptions {
  /** Endpoints that were tried already: they are picked only if there is no other. */
  readonly except: ReadonlySet<Endpoint>;
  readonly isUpload?: boolean;
  /** What the request is hashed by, if the balancer hashes. */
  readonly key?: string | undefined;
}

type Configuration = ClusterSettings & ClusterPorts & ClusterEvents & Pick<ClusterOptions, 'urls'>;

/** The endpoints of one service: those that its names resolve to, their health, and the choice among them. */
export class Cluster {
  readonly name: string;
  readonly clock: Clock;
  readonly retries: RetryBudget;
  readonly #configuration: Configuration;
  readonly #known = new Map<URL, readonly EndpointAddress[]>();
  readonly #outliers: OutlierDetector<Endpoint>;
  readonly #health: HealthChecker<Endpoint>;
  readonly #addedAt = new WeakMap<Endpoint, number>();
  readonly #draining = new Set<Promise<unknown>>();
  #endpoints: readonly Endpoint[] = [];
  #cancelResolve: () => void = () => undefined;
  #cancelLook: () => void = () => undefined;
  #exhaustedSince: number | undefined;
  #isClosed = false;

  constructor({ name, ...options }: ClusterOptions) {
    this.name = name;
    this.#configuration = withDefaults(options);
    const { clock, healthCheck, healthPath, probeTimeoutMs, probe, outliers } = this.#configuration;
    this.clock = clock;
    this.retries = new RetryBudget({ clock });
    this.#outliers = new OutlierDetector({ clock, ...outliers });
    this.#health = new HealthChecker((endpoint) => probe(endpoint, healthPath, probeTimeoutMs), {
      clock,
      ...healthCheck,
    });
  }

  /** The time of the monotonic clock. */
  nowMs(): number {
    return this.clock.monotonicMs();
  }

  get endpoints(): readonly Endpoint[] {
    return this.#endpoints;
  }

  /** Requests in flight to all endpoints. */
  get inFlight(): number {
    return this.#endpoints.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  /** Whether all connections to all endpoints have been in use for a second. */
  get isExhausted(): boolean {
    const now = this.nowMs();
    return this.#exhaustedSince !== undefined && now - this.#exhaustedSince >= EXHAUSTED_FOR_MS;
  }

  /** Resolves when each name has been looked up once. A failed lookup is repeated later. */
  async start(): Promise<void> {
    await this.#resolveAll();
    if (this.#isClosed) return;
    this.#look();
    this.#resolveLater();
  }

  /** Returns an endpoint for a request, or undefined if none can accept one. */
  pick({ except, isUpload = false, key }: PickOptions): Endpoint | undefined {
    const now = this.nowMs();
    const reachable = this.#endpoints.filter(
      (endpoint) => !endpoint.connects.isAside(now) && endpoint.hasRoom(isUpload),
    );
    const healthy = reachable.filter((endpoint) => this.isHealthy(endpoint));
    const isPanic = healthy.length <= this.#configuration.panicShare * this.#endpoints.length;
    const candidates = isPanic ? reachable : healthy;
    const untried = except.size === 0 ? candidates : candidates.filter((endpoint) => !except.has(endpoint));
    const choice = untried.length > 0 ? untried : candidates;
    return choice.length === 0 ? undefined : this.#configuration.loadBalancer.choose(choice, key);
  }

  /** Returns whether `pick` would choose an endpoint outside `except`: an unhealthy one only if none is healthy. */
  hasOther(except: ReadonlySet<Endpoint>): boolean {
    const endpoint = this.pick({ except });
    return endpoint !== undefined && !except.has(endpoint);
  }

  /** Returns whether a healthy endpoint outside `except` can accept a request. */
  hasHealthyOther(except: ReadonlySet<Endpoint>): boolean {
    const endpoint = this.pick({ except });
    return endpoint !== undefined && !except.has(endpoint) && this.isHealthy(endpoint);
  }

  /** Returns whether an endpoint answers probes and behaves like the others. */
  isHealthy(endpoint: Endpoint): boolean {
    return !this.#health.isUnhealthy(endpoint) && !this.#outliers.isEjected(endpoint);
  }

  /** How many endpoints there are, by what is known of them. */
  get states(): Readonly<Record<'healthy' | 'refusing' | 'unhealthy' | 'ejected', number>> {
    const now = this.nowMs();
    const counts = { healthy: 0, refusing: 0, unhealthy: 0, ejected: 0 };
    for (const endpoint of this.#endpoints) {
      if (endpoint.connects.isAside(now)) counts.refusing += 1;
      else if (this.#health.isUnhealthy(endpoint)) counts.unhealthy += 1;
      else if (this.#outliers.isEjected(endpoint)) counts.ejected += 1;
      else counts.healthy += 1;
    }
    return counts;
  }

  /** Whether some endpoint is healthy and accepts connections. */
  get isUp(): boolean {
    return this.states.healthy > 0;
  }

  /** Counts a refused connection. */
  refused(endpoint: Endpoint): void {
    endpoint.connects.refused(this.nowMs());
    this.#configuration.onOutcome('refused', undefined);
  }

  /**
   * Counts a response. A status of 500 or more is no sign of health: a proxy in front of a dead process also sends one.
   *
   * @param latencyMs from sending the request to the head of the response
   */
  responded(endpoint: Endpoint, status: number, latencyMs: number): void {
    if (status >= 500) return this.failed(endpoint, latencyMs);
    endpoint.connects.responded();
    endpoint.unanswered.responded(this.nowMs());
    this.#health.responded(endpoint);
    this.#outliers.succeeded(endpoint, latencyMs);
    this.#configuration.onOutcome('responded', latencyMs);
  }

  /** Counts a timeout, or a connection that broke before the response. */
  failed(endpoint: Endpoint, latencyMs?: number): void {
    this.#outliers.failed(endpoint);
    this.#configuration.onOutcome('failed', latencyMs);
  }

  /** Closes the connections when the requests in flight have ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelResolve();
    this.#cancelLook();
    for (const endpoint of this.#endpoints) this.#drain(endpoint);
    this.#endpoints = [];
    await Promise.all(this.#draining);
  }

  #look(): void {
    const { clock, slowStartMs } = this.#configuration;
    const now = clock.monotonicMs();
    void this.#health.look(this.#endpoints);
    this.#outliers.compare();
    for (const endpoint of this.#endpoints)
      endpoint.weight = warmShare(now - (this.#addedAt.get(endpoint) ?? now), slowStartMs);
    const isExhausted = this.#endpoints.length > 0 && this.#endpoints.every((each) => each.isExhausted);
    this.#exhaustedSince = isExhausted ? (this.#exhaustedSince ?? now) : undefined;
    this.#cancelLook = clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  #resolveLater(): void {
    const { clock, resolveEveryMs } = this.#configuration;
    this.#cancelResolve = clock.after(resolveEveryMs, () => {
      void this.#resolveAll().then(() => {
        if (!this.#isClosed) this.#resolveLater();
      });
    });
  }

  async #resolveAll(): Promise<void> {
    const { urls, resolve, onResolveFailure } = this.#configuration;
    await Promise.all(
      urls.map(async (url) => {
        try {
          this.#known.set(url, await resolve(url));
        } catch (error) {
          // The known addresses stay in use, so a failing name server takes no service down.
          onResolveFailure(url, error);
        }
      }),
    );
    if (!this.#isClosed) this.#adopt([...this.#known.values()].flat());
  }

  /** Keeps the endpoints whose origin remains, with their connections and health. Drains the others. */
  #adopt(addresses: readonly EndpointAddress[]): void {
    const current = new Map(this.#endpoints.map((endpoint) => [endpoint.origin, endpoint]));
    const wanted = new Map(addresses.map((address) => [address.origin, address]));
    this.#endpoints = [...wanted.values()].map(
      (address) => current.get(address.origin) ?? this.#open(address, current.size > 0),
    );
    for (const [origin, endpoint] of current) if (!wanted.has(origin)) this.#drain(endpoint);
  }

  #open(address: EndpointAddress, isLater: boolean): Endpoint {
    const { openTransport: open, clock, slowStartMs } = this.#configuration;
    const endpoint = new Endpoint(address, open(address.origin, this.#configuration), this.#configuration);
    // The endpoints of the start have no warm ones beside them.
    if (isLater) {
      this.#addedAt.set(endpoint, clock.monotonicMs());
      endpoint.weight = warmShare(0, slowStartMs);
    } else this.#addedAt.set(endpoint, Number.NEGATIVE_INFINITY);
    this.#outliers.add(endpoint);
    return endpoint;
  }

  #drain(endpoint: Endpoint): void {
    const { clock, drainMs } = this.#configuration;
    this.#outliers.remove(endpoint);
    const cancel = clock.after(drainMs, () => void endpoint.transport.destroy());
    const drained = endpoint.transport.close().finally(() => {
      cancel();
      this.#draining.delete(drained);
    });
    this.#draining.add(drained);
  }
}

function withDefaults(options: Omit<ClusterOptions, 'name'>): Configuration {
  return {
    connections: 256,
    pending: 256,
    connectTimeoutMs: 1_000,
    idleConnectionMs: 30_000,
    connectionAgeMs: 600_000,
    healthPath: '/health/live',
    probeTimeoutMs: 500,
    healthCheck: {},
    outliers: {},
    slowStartMs: 0,
    panicShare: 0,
    resolveEveryMs: 2_000,
    drainMs: 60_000,
    clock: SYSTEM_CLOCK,
    loadBalancer: new PowerOfTwoChoices(),
    resolve: resolveEndpoints,
    openTransport,
    probe: probeEndpoint,
    onResolveFailure: () => undefined,
    onOutcome: () => undefined,
    ...options,
  };
}
