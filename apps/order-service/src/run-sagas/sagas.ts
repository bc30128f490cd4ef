import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type AnySaga, SagaRecovery, SagaRunner } from '@groundwork/sharding';
import { PostgresSagaLog, type SlotTransactions } from '@groundwork/sharding/postgres';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

/** The token of the sagas of this service. */
export const SAGAS = Symbol('SAGAS');

/** Runs the sagas of this service, and resumes the sagas of crashed instances. */
@Injectable()
export class Sagas implements OnApplicationBootstrap {
  readonly log: PostgresSagaLog;
  readonly runner: SagaRunner;
  private readonly recovery: SagaRecovery;

  constructor(
    @Inject(CONFIG) config: OrderServiceConfig,
    @Inject(SHARDS) shards: Shards,
    @Inject(SAGAS) sagas: readonly AnySaga[],
    @Inject(LOGGER) logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    const leaseMs = config.SAGA_LEASE_MS;
    this.log = new PostgresSagaLog(slotTransactionsOf(shards));
    this.runner = new SagaRunner({
      log: this.log,
      sagas,
      leaseMs,
      onFailure: ({ saga, id, state, attempts }, step, error) =>
        logger.warn(
          { err: error, saga, id, state, step, attempts },
          'saga step failed; retrying or compensating',
        ),
    });
    this.recovery = new SagaRecovery({
      log: this.log,
      runner: this.runner,
      leaseMs,
      onError: (error) => logger.warn({ err: error }, 'saga could not be resumed; retrying'),
    });
    shutdown.on('drain-consumers', 'sagas', () => this.recovery.stop());
  }

  onApplicationBootstrap(): void {
    this.recovery.start();
  }
}

function slotTransactionsOf(shards: Shards): SlotTransactions {
  return {
    transaction: (slot, work) => shards.transaction(slot, work),
    onEachShard: async (work) => {
      const outcomes = await Promise.allSettled(shards.serving.map((shard) => shard.transaction(work)));
      return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    },
  };
}
