import { SHARD_READINESS_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class TellReadyShards1763900000010 implements MigrationInterface {
  readonly name = 'TellReadyShards1763900000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SHARD_READINESS_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(SHARD_READINESS_SQL.down);
  }
}
