import { type Logger } from '@groundwork/service-kit';
import { type Slot, SLOT_COUNT, type VSchemaRouter } from '@groundwork/sharding';
import { type Pool } from 'pg';
import { type EntityManager } from 'typeorm';
import { readSlots } from '../storage/read-slots.ts';
import { type Shards } from '../storage/shards.ts';
import { EmailBackfill } from './email-backfill.ts';
import { RegionBackfill } from './region-backfill.ts';

export interface CustomerKeys {
  readonly id: string;
  readonly email: string;
  readonly region: string;
}

/** Writes the rows of one lookup. Repeatable: an existing row stays. */
export interface LookupBackfill {
  /** The table of the lookup. */
  readonly lookup: string;
  write(customers: readonly CustomerKeys[]): Promise<void>;
}

export interface BackfillOptions {
  readonly directory: Pick<Pool, 'query'>;
  readonly shards: Shards;
  readonly router: VSchemaRouter;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** Number of slots whose customers are read together. */
const WINDOW = 128;

/**
 * Writes the lookup rows of customers who signed up before lookups existed: by e-mail, so that no other customer can take
 * it, and by region. Goes through the slots of all shards in order and stores its progress in the directory. After an
 * interruption, the next run resumes there; after a complete run, the next one has nothing to do.
 */
export async function backfillLookups(options: BackfillOptions): Promise<void> {
  for (const backfill of [new EmailBackfill(options), new RegionBackfill(options)]) {
    await run(options, backfill);
  }
}

/**
 * Makes the next run start from the beginning: an instance of the older release may have stored customers after the last
 * run.
 */
export async function forgetBackfills(directory: Pick<Pool, 'query'>): Promise<void> {
  await directory.query('delete from lookup_backfills');
}

async function run({ directory, shards, logger }: BackfillOptions, backfill: LookupBackfill): Promise<void> {
  const { lookup } = backfill;
  let customers = 0;
  for (let first = await nextSlot(directory, lookup); first < SLOT_COUNT; first += WINDOW) {
    const found = await customersOf(shards, first);
    if (found.length > 0) await backfill.write(found);
    customers += found.length;
    await directory.query(
      `insert into lookup_backfills (lookup, next_slot) values ($1, $2)
       on conflict (lookup) do update set next_slot = excluded.next_slot`,
      [lookup, first + WINDOW],
    );
  }
  if (customers > 0) logger.info({ lookup, customers }, 'lookup rows of older customers are written');
}

async function nextSlot(directory: Pick<Pool, 'query'>, lookup: string): Promise<number> {
  const { rows } = await directory.query<{ slot: number }>(
    'select next_slot::int as slot from lookup_backfills where lookup = $1',
    [lookup],
  );
  return rows[0]?.slot ?? 0;
}

function customersOf(shards: Shards, first: number): Promise<CustomerKeys[]> {
  const window = Array.from({ length: WINDOW }, (_, n) => (first + n) as Slot);
  return readSlots(shards, window, (manager: EntityManager, slots) =>
    manager.query<CustomerKeys[]>(
      'select id, email, region from customers where slot_of(id) = any($1::smallint[])',
      [slots],
    ),
  );
}
