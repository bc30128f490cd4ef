import { createHash } from 'node:crypto';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type ShardLink } from './shard-link.ts';
import { columnList, type ShardedTable, slotOfRow } from './sharded-table.ts';
import { LOCK_NOT_AVAILABLE, literal, quoted, type Sql } from './sql.ts';
import { TABLE_NAME_SQL } from './tables/table-facts.ts';

const TRIGGER = 'capture_slot_changes';
const TRUNCATE_TRIGGER = 'capture_truncated_slots';

/** Serializes changes of the triggers of one shard. */
export const DDL_LOCK = 4_110_003;

/**
 * Installs triggers that note the key of every row that changes in a captured slot. Creating a trigger waits for the
 * writers of the table and blocks new ones. Therefore it is abandoned after 100 ms and retried: the triggers exist long
 * before a switch. They are dropped when no move needs this shard any more.
 *
 * A table, or another key, may be added while slots are followed. Then the existing rows of these slots are noted in the
 * same transaction that creates the trigger, so no row can be added in between.
 *
 * @throws {ReshardingError} `owner-busy` if the tables are currently locked
 */
export async function installCapture(shard: ShardLink, tables: readonly ShardedTable[]): Promise<void> {
  const captured = await captureBodies(shard);
  const missing = tables.filter((table) => !table.isQueue && captured.get(table.name) !== bodyOf(table));
  for (const table of missing) {
    await withoutWaiting(shard, async (sql) => {
      // Writers may have another search path.
      await sql.query(`create or replace function ${functionOf(table)}() returns trigger
        language plpgsql volatile set search_path from current as ${literal(bodyOf(table))}`);
      await sql.query(`create or replace trigger ${TRIGGER} after insert or update or delete on ${table.name}
        for each row execute function ${functionOf(table)}()`);
      await sql.query(`create or replace trigger ${TRUNCATE_TRIGGER} before truncate on ${table.name}
        for each statement execute function ${functionOf(table)}()`);
      await sql.query(noteAll(table));
    });
  }
}

export async function removeCapture(shard: ShardLink, tables: readonly ShardedTable[]): Promise<void> {
  const captured = await captureBodies(shard);
  for (const table of tables.filter(({ name }) => captured.has(name))) {
    await withoutWaiting(shard, async (sql) => {
      // An earlier release created only the first trigger.
      await sql.query(`drop trigger ${TRIGGER} on ${table.name}`);
      await sql.query(`drop trigger if exists ${TRUNCATE_TRIGGER} on ${table.name}`);
      await sql.query(`drop function ${functionOf(table)}()`);
    });
  }
}

/**
 * Starts to note changes. After the commit of this transaction, new statements in these slots are noted; the caller must
 * wait for older ones. The statements of a transaction above READ COMMITTED see its first snapshot, in which the capture
 * does not exist. The fence refuses such a transaction, because the ownership rows that it reads have changed.
 *
 * @throws {ReshardingError} `owner-busy` while such a transaction has fenced one of the slots and has not ended
 */
export async function beginCapture(sql: Sql, slots: readonly number[]): Promise<void> {
  await refuseOlderSnapshots(sql, slots);
  await sql.query('insert into slot_captures select unnest($1::smallint[]) on conflict do nothing', [slots]);
}

async function refuseOlderSnapshots(sql: Sql, slots: readonly number[]): Promise<void> {
  await sql.query('set local lock_timeout = 1000');
  try {
    await sql.query('update slot_ownership set epoch = epoch where slot = any($1::smallint[])', [slots]);
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new ReshardingError(
      'owner-busy',
      'a transaction above READ COMMITTED writes to one of the slots; the mover retries',
      {
        retryable: true,
        cause: error,
      },
    );
  }
}

export async function endCapture(sql: Sql, slots: readonly number[]): Promise<void> {
  await sql.query('delete from slot_captures where slot = any($1::smallint[])', [slots]);
  await sql.query('delete from slot_changes where slot = any($1::smallint[])', [slots]);
}

/**
 * Returns the horizon for `isBehind`. A row that is written before the capture and committed after the copy has passed its
 * place would be in neither. Therefore all transactions that run when the capture commits must end before the copy starts.
 * This must be called in a separate transaction after that commit: a transaction that writes without notes has a smaller
 * number than this one takes. The `xmax` of a snapshot is not sufficient. It is one more than the last number that has
 * _ended_, and transactions with larger numbers may be running.
 */
export async function horizonOf(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ horizon: string }>('select pg_current_xact_id()::text as horizon');
  return row!.horizon;
}

/** Returns whether every transaction that was running at the horizon has ended. */
export async function isBehind(sql: Sql, horizon: string): Promise<boolean> {
  const [row] = await sql.query<{ behind: boolean }>(
    'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as behind',
    [horizon],
  );
  return row!.behind;
}

async function withoutWaiting(shard: ShardLink, work: (sql: Sql) => Promise<void>): Promise<void> {
  try {
    await shard.transaction(async (sql) => {
      await sql.query('set local lock_timeout = 100');
      await sql.query('select pg_advisory_xact_lock($1)', [DDL_LOCK]);
      await work(sql);
    });
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new ReshardingError(
      'owner-busy',
      `the tables of ${shard.name} are locked by another session; the mover retries`,
      {
        retryable: true,
        cause: error,
      },
    );
  }
}

/** Returns the bodies of the trigger functions, by the name of the table. */
async function captureBodies(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.query<{ name: string; body: string }>(
    `select ${TABLE_NAME_SQL} as name, btrim(prosrc) as body
     from pg_trigger join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_proc on pg_proc.oid = tgfoid
     where tgname = '${TRIGGER}' and tgparentid = 0`,
  );
  return new Map(rows.map(({ name, body }) => [name, body]));
}

/**
 * Returns the name of the trigger function. Postgres cuts names after 63 bytes, and two tables must not share a function.
 */
function functionOf({ name }: ShardedTable): string {
  const plain = `capture_changes_of_${name}`;
  if (Buffer.byteLength(plain) <= 63) return quoted(plain);
  return quoted(`capture_changes_of_${createHash('sha256').update(name).digest('hex').slice(0, 40)}`);
}

/** The body looks up the captured slots first: a row of another slot costs one probe of a small table. */
function bodyOf(table: ShardedTable): string {
  const note = (row: 'new' | 'old') => {
    return `insert into slot_changes (slot, table_name, key)
      select slot, ${literal(table.name)}, jsonb_build_object(${keyOf(table, row)}) from slot_captures
      where slot = ${slotOfRow(table, row)};`;
  };
  const keyChanged = `(${columnList(table.key, 'new.')}) is distinct from (${columnList(table.key, 'old.')})`;
  return `begin
    if tg_op = 'TRUNCATE' then ${noteAll(table)}; return null; end if;
    if tg_op <> 'INSERT' then ${note('old')} end if;
    if tg_op = 'INSERT' or tg_op = 'UPDATE' and ${keyChanged} then ${note('new')} end if;
    return null;
  end`;
}

function noteAll(table: ShardedTable): string {
  return `insert into slot_changes (slot, table_name, key)
    select captured.slot, ${literal(table.name)}, jsonb_build_object(${keyOf(table, 'present')})
    from slot_captures captured join ${table.name} present on ${slotOfRow(table, 'present')} = captured.slot`;
}

function keyOf({ key }: ShardedTable, row: string): string {
  return key.map(({ name }) => `${literal(name)}, ${row}.${quoted(name)}`).join(', ');
}
