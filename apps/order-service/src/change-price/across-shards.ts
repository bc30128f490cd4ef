import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { type Participant, TwoPhaseCommit, TwoPhaseRecovery, type TwoPhaseWork } from '@groundwork/sharding';
import { PostgresDecisionLog, PostgresParticipant } from '@groundwork/sharding/postgres';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Pool } from 'pg';
import { type EntityManager } from 'typeorm';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';
import { type Shard } from '../storage/shard.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

/** The prefix of the gids of this service. */
const PREFIX = 'order-service:';

/** Runs transactions over several shards, decided in the directory. Also ends the transactions of crashed instances. */
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
        logger.warn({ err: error, gid, shard }, 'prepared transaction is unfinished; recovery will end it'),
    });
    this.recovery = new TwoPhaseRecovery({
      log,
      prefix: PREFIX,
      participants: () => shards.all.map(participantOf),
      onError: (error) =>
        logger.debug(
          { err: error },
          'prepared transactions could not be recovered; retrying in the next round',
        ),
    });
    shutdown.on('drain-consumers', 'transactions across shards', () => this.recovery.stop());
  }

  onApplicationBootstrap(): void {
    this.recovery.start();
  }

  /** Commits all works or none, each on its shard; see `TwoPhaseCommit`. The caller passes one work for every shard. */
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
