import { HealthRegistry, type Logger, LOGGER, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Routes } from '../routes/route.ts';
import { ROUTES } from '../tokens.ts';
import { Upstream } from './upstream.ts';

/**
 * The upstreams of the routes file. Their names are resolved before the gateway listens; they close after its last response.
 */
@Injectable()
export class Upstreams implements OnModuleInit {
  readonly #byName: ReadonlyMap<string, Upstream>;

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
        return [settings.name, new Upstream({ ...settings, onResolveFailure })];
      }),
    );
  }

  async onModuleInit(): Promise<void> {
    for (const upstream of this.#byName.values()) {
      // Not critical: the gateway can still serve the routes of the other upstreams.
      this.health.readiness(`upstream ${upstream.name}`, () => hasReplica(upstream), { critical: false });
      // Critical: the exhausted connections are this gateway's own, and another gateway may have free ones.
      this.health.readiness(`connections to ${upstream.name}`, () => hasConnections(upstream));
      this.shutdown.on('close-pools', upstream.name, () => upstream.close());
    }
    await Promise.all([...this.#byName.values()].map((upstream) => upstream.start()));
  }

  get(name: string): Upstream {
    const upstream = this.#byName.get(name);
    if (!upstream) throw new Error(`the checked routes file refers to the unknown upstream ${name}`);
    return upstream;
  }
}

async function hasReplica(upstream: Upstream): Promise<void> {
  const now = performance.now();
  const isUp = upstream.replicas.some((replica) => !replica.isAside(now) && !replica.isHung);
  if (!isUp) throw new Error('no replica is up');
}

async function hasConnections(upstream: Upstream): Promise<void> {
  if (upstream.isExhausted) throw new Error('all connections are in use');
}
