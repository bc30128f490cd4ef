import { migrateDatabase } from '@groundwork/messaging';
import { createPreparedDatabase } from '@groundwork/testing';
import { type DataSource } from 'typeorm';
import { eventsDataSource } from '../src/storage/events-data-source.ts';

/** Creates a migrated and seeded events database for one test file. */
export async function openEventsDatabase(): Promise<{
  url: string;
  dataSource: DataSource;
  drop(): Promise<void>;
}> {
  const { url, drop } = await createPreparedDatabase('events', (empty) =>
    migrateDatabase(eventsDataSource({ url: empty, poolSize: 2 })),
  );
  const dataSource = await eventsDataSource({ url, poolSize: 20 }).initialize();
  return {
    url,
    dataSource,
    async drop() {
      await dataSource.destroy();
      await drop();
    },
  };
}
