import { Cluster } from '@groundwork/proxy';
import { HealthRegistry, type Logger, LOGGER, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Routes } from '../routes/route.ts';
import { ROUTES } from '../tokens.ts';

/**
 * The upstreams of the routes file. Their names are resolved before the gateway listens; they close after its last response.
 */
@Injectable()
export class Upstreams implements OnModuleInit {
  readonly #byName: ReadonlyMap<string, Cluster>;

  constructor(
    @Inject(ROUTES) { upstreams }: Routes,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
    @Inject(Shutdown) private readonly shutdown: Shutdown,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#byName = new Map(
      upstreams.map((settings) => {
        const onResolveFailure = (url: URL, err: unknown) =>
          logger.warn(
            { err, upstream: settings.name, host: url.host },
            'cannot resolve the host name of the upstream; its known addresses stay in use and the lookup is retried',
          );
        return [settings.name, new Cluster({ ...settings, onResolveFailure })];
      }),
    );
  }

  async onModuleInit(): Promise<void> {
    for (const cluster of this.#byName.values()) {
      // Not critical: the gateway can still serve the routes of the other upstreams.
      this.health.readiness(`upstream ${cluster.name}`, () => hasEndpoint(cluster), { critical: false });
      // Critical: the exhausted connections are this gateway's own, and another gateway may have free ones.
      this.health.readiness(`connections to ${cluster.name}`, () => hasConnections(cluster));
      this.shutdown.on('close-pools', cluster.name, () => cluster.close());
    }
    await Promise.all([...this.#byName.values()].map((cluster) => cluster.start()));
  }

  get(name: string): Cluster {
    const cluster = this.#byName.get(name);
    if (!cluster) throw new Error(`the checked routes file refers to the unknown upstream ${name}`);
    return cluster;
  }
}

async function hasEndpoint(cluster: Cluster): Promise<void> {
  if (!cluster.isUp) throw new Error('no replica is up');
}

async function hasConnections(cluster: Cluster): Promise<void> {
  if (cluster.isExhausted) throw new Error('all connections are in use');
}
