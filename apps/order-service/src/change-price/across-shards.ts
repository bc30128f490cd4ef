import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type Participant, TwoPhaseCommit, TwoPhaseRecovery, type TwoPhaseWork } from '@groundwork/sharding';
import { PostgresDecisionLog, PostgresParticipant } from '@groundwork/sharding/postgres';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Pool } from 'pg';
import { type EntityManager } from 'typeorm';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';
import { type Shard } from '../storage/shard.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

/** Begins the gids of this service. */
const PREFIX = 'order-service:';

/** Transactions over several shards, decided on in the directory; ends those of instances that have died, too. */
@Injectable()
export class AcrossShards implements OnApplicationBootstrap {
  private readonly twoPhase: TwoPhaseCommit;
  private readonly recovery: TwoPhaseRecovery;

  constructor(
    @Inject(SHARDS) shards: Shards,
    @Inject(DIRECTORY_POOL) directory: Pool,
    @Inject(LOGGER) logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    const log = new PostgresDecisionLog(directory, { onEveryShard: true });
    this.twoPhase = new TwoPhaseCommit({
      log,
      prefix: PREFIX,
      onUnfinished: (gid, shard, error) =>
        logger.warn({ err: error, gid, shard }, 'recovery will end a prepared transaction'),
    });
    this.recovery = new TwoPhaseRecovery({
      log,
      prefix: PREFIX,
      participants: () => shards.all.map(participantOf),
      onError: (error) => logger.debug({ err: error }, 'prepared transactions could not be looked after'),
    });
    shutdown.on('drain-consumers', 'transactions across shards', () => this.recovery.stop());
  }

  onApplicationBootstrap(): void {
    this.recovery.start();
  }

  /** Commits all works or none, each on its shard; see `TwoPhaseCommit`. There has to be one for every shard. */
  run(works: readonly { shard: Shard; work: (manager: EntityManager) => Promise<void> }[]): Promise<void> {
    return this.twoPhase.run(
      works.map(({ shard, work }): TwoPhaseWork<EntityManager> => ({
        participant: participantOf(shard),
        work,
      })),
    );
  }
}

function participantOf(shard: Shard): Participant<EntityManager> {
  return new PostgresParticipant<EntityManager>(shard.name, (work) =>
    shard.run(({ manager }) => work(manager)),
  );
}
