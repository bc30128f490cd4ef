import { Cluster, LiveConfiguration } from '@groundwork/proxy';
import { HealthRegistry, type Logger, LOGGER, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { type GatewayConfig } from '../config.ts';
import { GatewayMetrics } from '../gateway-metrics.ts';
import { CONFIG, ROUTES } from '../tokens.ts';
import { parseRoutes } from './load-routes.ts';
import { type LoadedRoutes, type UpstreamSettings } from './route.ts';
import { clustersOnlyIn, makeSnapshot, type Snapshot } from './snapshot.ts';

/**
 * The routes in use. It follows the routes file: a valid change is used by all later requests, and a file with faults changes nothing.
 * Names are resolved before a snapshot is used. The clusters close after the last response that uses them.
 */
@Injectable()
export class LiveRoutes implements OnModuleInit {
  readonly #forgetChecks = new Map<string, () => void>();
  readonly #retired = new Map<Cluster, NodeJS.Timeout>();
  #live: LiveConfiguration<Snapshot> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(ROUTES) private readonly first: LoadedRoutes,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
    @Inject(Shutdown) private readonly shutdown: Shutdown,
    @Inject(GatewayMetrics) private readonly metrics: GatewayMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A request takes this once, and keeps it. */
  get current(): Snapshot {
    if (!this.#live) throw new Error('the routes are read after the gateway has started');
    return this.#live.current;
  }

  async onModuleInit(): Promise<void> {
    const { text, routes } = this.first;
    const snapshot = await makeSnapshot(text, routes, this.open);
    const everyMs = this.config.ROUTES_RELOAD_MS;
    this.#live = new LiveConfiguration(text, snapshot, {
      read: () => readFile(routes.file, 'utf8'),
      compile: async (changed, previous) =>
        makeSnapshot(changed, parseRoutes(routes.file, changed), this.open, previous),
      onChange: (current, previous) => this.changed(current, previous),
      onRefused: (err) => this.refused(err),
      everyMs,
    });
    for (const cluster of snapshot.clusters.values()) this.checkHealthOf(cluster.name);
    this.metrics.routesInUse(snapshot.version);
    this.metrics.replicasFrom(() => this.current.clusters.values());
    if (everyMs > 0) this.#live.start();
    this.shutdown.on('close-pools', 'routes', () => this.close());
  }

  private readonly open = (settings: UpstreamSettings): Cluster =>
    new Cluster({
      ...settings.cluster,
      onResolveFailure: (url, err) =>
        this.logger.warn(
          { err, upstream: settings.name, host: url.host },
          'cannot resolve the host name of the upstream; its known addresses stay in use and the lookup is retried',
        ),
      onOutcome: (outcome, latencyMs) => this.metrics.observeAttempt(settings.name, outcome, latencyMs),
    });

  private changed(current: Snapshot, previous: Snapshot): void {
    const { version, settings } = current;
    for (const cluster of clustersOnlyIn(previous, current)) {
      this.retire(cluster, longestTimeoutMs(previous));
      if (!current.clusters.has(cluster.name)) this.#forgetChecks.get(cluster.name)?.();
    }
    for (const cluster of clustersOnlyIn(current, previous)) this.checkHealthOf(cluster.name);
    this.metrics.routesInUse(version);
    this.logger.info(
      { file: settings.file, version, previous: previous.version },
      'the routes file has changed and is in use',
    );
  }

  /** Requests that have begun may still choose a replica of it, until their time is over. Then it closes when they have ended. */
  private retire(cluster: Cluster, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#retired.delete(cluster);
      void cluster.close();
    }, afterMs);
    timer.unref();
    this.#retired.set(cluster, timer);
  }

  private refused(err: unknown): void {
    const { version, settings } = this.current;
    this.metrics.countRefusedRoutes();
    this.logger.error(
      { err, file: settings.file, version },
      'the routes file was not taken over; the last good version stays in use',
    );
  }

  private checkHealthOf(name: string): void {
    const cluster = () => this.current.clusters.get(name);
    // Not critical: the gateway can still serve the routes of the other upstreams.
    const isUp = async () => {
      if (cluster()?.isUp === false) throw new Error('no replica is up');
    };
    // Critical: the exhausted connections are this gateway's own, and another gateway may have free ones.
    const hasConnections = async () => {
      if (cluster()?.isExhausted) throw new Error('all connections are in use');
    };
    const forget = [
      this.health.readiness(`upstream ${name}`, isUp, { critical: false }),
      this.health.readiness(`connections to ${name}`, hasConnections),
    ];
    this.#forgetChecks.set(name, () => forget.forEach((each) => each()));
  }

  private async close(): Promise<void> {
    await this.#live?.close();
    for (const timer of this.#retired.values()) clearTimeout(timer);
    const clusters = [...this.current.clusters.values(), ...this.#retired.keys()];
    await Promise.all(clusters.map((cluster) => cluster.close()));
  }
}

function longestTimeoutMs({ settings }: Snapshot): number {
  return Math.max(...settings.routes.map(({ timeoutMs }) => timeoutMs));
}
