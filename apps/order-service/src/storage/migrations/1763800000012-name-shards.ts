import { SHARD_NAME_SQL } from '@groundwork/sharding/postgres';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class NameShards1763800000012 implements MigrationInterface {
  readonly name = 'NameShards1763800000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SHARD_NAME_SQL.up);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(SHARD_NAME_SQL.down);
  }
}
