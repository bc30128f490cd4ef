import { MAX_WORKERS } from '@groundwork/sharding';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** One row for each worker number of the shard's ids. The next window of the number starts at or after `expires_at`. */
export class CreateIdWorkers1763800000003 implements MigrationInterface {
  readonly name = 'CreateIdWorkers1763800000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table id_workers (
        worker smallint primary key,
        holder text,
        leased_from timestamptz(3) not null default to_timestamp(0),
        expires_at timestamptz(3) not null default to_timestamp(0)
      );
      insert into id_workers (worker) select generate_series(0, ${MAX_WORKERS - 1});`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table id_workers');
  }
}
