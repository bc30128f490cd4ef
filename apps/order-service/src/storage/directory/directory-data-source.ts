import { READ_COMMITTED_SESSION } from '@groundwork/sharding/postgres';
import { DataSource } from 'typeorm';
import { quietTypeormLogger } from '../quiet-typeorm.logger.ts';
import { CreateDirectory1763900000001 } from './1763900000001-create-directory.ts';
import { CreateHotSlots1763900000002 } from './1763900000002-create-hot-slots.ts';
import { CreateMoves1763900000003 } from './1763900000003-create-moves.ts';
import { CreateTenants1763900000004 } from './1763900000004-create-tenants.ts';
import { CreateTwoPhaseTransactions1763900000005 } from './1763900000005-create-two-phase-transactions.ts';
import { AbandonMoves1763900000014 } from './1763900000014-abandon-moves.ts';
import { CountFailedSwitches1763900000007 } from './1763900000007-count-failed-switches.ts';
import { TellReadyShards1763900000010 } from './1763900000010-tell-ready-shards.ts';
import { NoteBackfills1763900000011 } from './1763900000011-note-backfills.ts';
import { WeighHotSlots1763900000012 } from './1763900000012-weigh-hot-slots.ts';
import { PauseConsumers1763900000013 } from './1763900000013-pause-consumers.ts';
import { RememberVSchema1763900000021 } from './1763900000021-remember-vschema.ts';

/** In the order in which they are applied. */
const MIGRATIONS = [
  CreateDirectory1763900000001,
  CreateHotSlots1763900000002,
  CreateMoves1763900000003,
  CreateTenants1763900000004,
  CreateTwoPhaseTransactions1763900000005,
  CountFailedSwitches1763900000007,
  TellReadyShards1763900000010,
  NoteBackfills1763900000011,
  WeighHotSlots1763900000012,
  PauseConsumers1763900000013,
  AbandonMoves1763900000014,
  RememberVSchema1763900000021,
];

/** Creates the data source for the migrations of the directory, without connecting it. Use `SlotDirectory` to find slots. */
export function directoryDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'migrate-orders',
    poolSize: 2,
    connectTimeoutMS: 5_000,
    installExtensions: false,
    extra: { options: READ_COMMITTED_SESSION },
    migrations: MIGRATIONS,
    migrationsTableName: 'migration_ledger',
    migrationsTransactionMode: 'each',
    logger: quietTypeormLogger,
  });
}
