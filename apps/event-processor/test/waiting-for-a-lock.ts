import { eventually } from '@groundwork/testing';
import { type DataSource } from 'typeorm';

/** Resolves when exactly `statements` statements of the database wait for locks of other transactions. */
export function waitingForALock(database: DataSource, statements: number): Promise<boolean> {
  return eventually(async () => {
    const waiting = await database.query<unknown[]>(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waiting.length === statements;
  });
}
