import { ConfigurationError, LOGGER, type Logger } from '@groundwork/service-kit';
import { SlotDirectory } from '@groundwork/sharding/postgres';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { type Shard } from '../storage/shard.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';
import { connectionBudget } from './connection-budget.ts';

const AVAILABLE = `
  select current_setting('max_connections')::int
    - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0) as available`;

/**
 * Refuses to start when all instances together could open more connections than a shard offers. Otherwise the shortage would
 * show only under load, as failed requests. A shard that is added later, or was down at the start, is checked when the map
 * changes.
 */
@Injectable()
export class CheckConnectionBudget implements OnApplicationBootstrap {
  private readonly checked = new Set<Shard>();

  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(SlotDirectory) private readonly directory: SlotDirectory,
    @Inject(CONFIG) private readonly config: OrderServiceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws {ConfigurationError} with the sum and the number of connections that the shard offers */
  async onApplicationBootstrap(): Promise<void> {
    const { total, sum } = this.budget();
    this.logger.info({ shards: this.shards.all.length, total }, `connections to a shard: at most ${sum}`);
    const faults = await this.check();
    if (faults.length > 0) throw new ConfigurationError(faults);
    this.directory.onChange(() => void this.checkLater());
  }

  private async checkLater(): Promise<void> {
    for (const fault of await this.check()) this.logger.error(fault);
  }

  private async check(): Promise<string[]> {
    const { perShard, sum } = this.budget();
    const unchecked = this.shards.all.filter((shard) => !this.checked.has(shard));
    const faults = await Promise.all(
      unchecked.map(async (shard) => {
        const available = await this.availableOn(shard);
        if (available === undefined || available >= perShard) return [];
        return [
          `${shard.name} gives ${available} connections, but may be asked for more: ${sum}. ` +
            'Lower SHARD_POOL_SIZE or INSTANCES, or raise max_connections',
        ];
      }),
    );
    return faults.flat();
  }

  private async availableOn(shard: Shard): Promise<number | undefined> {
    try {
      const [row] = await shard.run(({ manager }) => manager.query<{ available: number }[]>(AVAILABLE));
      this.checked.add(shard);
      return row?.available;
    } catch (error) {
      this.logger.warn(
        { err: error, shard: shard.name },
        'connection budget could not be checked; retrying when the slot map changes',
      );
      return undefined;
    }
  }

  private budget() {
    const { INSTANCES: instances, SHARD_POOL_SIZE: poolSize } = this.config;
    return connectionBudget({ instances, poolSize, shards: this.shards.all.length });
  }
}
