import { MOVABLE_TABLES, ownTableSql, QUEUE } from '@groundwork/sharding/conformance';
import { MoveDesk, SlotDirectory } from '@groundwork/sharding/postgres';
import { describeLoad } from '../platform/machine.ts';
import { formatOwnTables } from './format-own-tables.ts';
import { startOwnMover, untilAll } from './own-moves.ts';
import { type OwnShards, withOwnShards } from './own-shards.ts';
import { faultsOfOwnTables, type OwnTablesRun } from './own-tables-verdict.ts';
import { overwriteUntouched } from './overwrite.ts';
import { refusalsOn } from './refusals.ts';
import { RowLedger, type StoredRow } from './row-ledger.ts';
import { TableWriter } from './table-writer.ts';

/** Each shard has rows with the same numbers, in slots that move and in slots that must not change. */
const MOVES = [
  { from: 'shard-1', to: 'shard-2', slots: [0, 1, 2, 3, 4, 5, 6, 7] },
  { from: 'shard-2', to: 'shard-3', slots: [2048, 2049, 2050, 2051] },
];
const UNTOUCHED = [16, 17, 2064, 2065];
/** Slots of shard-2, the destination of other slots. */
const STAYING = [2056, 2057];
const WRITTEN = [...MOVES.flatMap(({ slots }) => slots), ...STAYING];
const WRITERS = 3;

export interface OwnTablesOptions {
  /** Rows in each slot and table before anything moves. */
  readonly rows: number;
  /** Lets an arriving row replace a live row of another slot: the run must fail. */
  readonly overwrite: boolean;
  say(line: string): void;
}

export interface OwnTablesResult extends OwnTablesRun {
  readonly seconds: number;
  readonly faults: readonly string[];
}

/** Moves tables of every kind between three servers, there, back and there permanently, while they are written to. */
export async function runOwnTables(options: OwnTablesOptions): Promise<OwnTablesResult> {
  options.say(`${describeLoad()}. Starting three Postgres servers …`);
  const began = Date.now();
  const run = await withOwnShards((own) => moveAndCount(own, options));
  const result = { ...run, seconds: (Date.now() - began) / 1_000, faults: faultsOfOwnTables(run) };
  options.say(formatOwnTables(result));
  return result;
}

async function moveAndCount(
  own: OwnShards,
  { rows, overwrite, say }: OwnTablesOptions,
): Promise<OwnTablesRun> {
  const refusals = await refusalsOn(own.spare);
  const directory = new SlotDirectory({ url: own.directoryUrl });
  await directory.start();
  const ledger = new RowLedger();
  const context = { directory, shards: own.shards, ledger };
  const mover = startOwnMover(own, say);
  const stopping = new AbortController();
  try {
    const filler = new TableWriter(context, 0);
    for (const slot of [...UNTOUCHED, ...WRITTEN]) await filler.fill(slot, rows);
    await fillQueue(own);
    say(`Ready: ${filler.accepted} rows in ${MOVABLE_TABLES.length} tables. Starting ${WRITERS} writers.`);
    const writers = Array.from({ length: WRITERS }, (_, n) => new TableWriter(context, n + 1));
    const writing = Promise.all(writers.map((writer) => writer.writeUntil(stopping.signal, WRITTEN)));
    const accepted = () => writers.reduce((sum, writer) => sum + writer.accepted, 0);
    const differences = await thereAndBack(own, (stage) =>
      say(`    ${stage}; ${accepted()} rows written meanwhile`),
    );
    stopping.abort();
    await writing;
    if (overwrite) await overwriteUntouched(own.shards.get('shard-2')!, MOVES[0]!.slots[0]!, 2064);
    return {
      tables: MOVABLE_TABLES.length,
      ledger: ledger.compare(await storedRows(own), (slot) => UNTOUCHED.includes(slot)),
      writes: accepted(),
      failures: [...filler.failures, ...writers.flatMap(({ failures }) => failures)],
      differences,
      queues: await keptQueues(own),
      refusals,
    };
  } finally {
    stopping.abort();
    await mover.stop();
    await directory.stop();
  }
}

async function thereAndBack(own: OwnShards, told: (stage: string) => void): Promise<readonly string[]> {
  const desk = new MoveDesk(own.directory);
  const { id } = await desk.request({ moves: MOVES.map(({ to, slots }) => ({ to, slots })), chunkSlots: 4 });
  await untilAll(desk, [id], 'copying', ({ phase }) => phase === 'following');
  told('copied');
  const differences: string[] = [];
  for (const goal of ['switch', 'reverse', 'switch'] as const) {
    await desk.wantVerified(id);
    await untilAll(desk, [id], 'comparing', ({ verified }) => verified !== null);
    const { chunks } = await desk.move(id);
    differences.push(
      ...chunks.flatMap(({ verified, fault }) => (verified === true ? [] : [fault ?? 'unknown'])),
    );
    await desk.want(id, goal);
    await untilAll(
      desk,
      [id],
      goal,
      ({ owner, to, from, phase }) => phase === 'following' && owner === (goal === 'switch' ? to : from),
    );
    told(goal === 'switch' ? 'switched' : 'switched back');
  }
  await desk.want(id, 'drop');
  await untilAll(desk, [id], 'deleting the copies', (_, { finishedAt }) => finishedAt !== null);
  told('copies deleted');
  return differences;
}

async function storedRows({ shards }: OwnShards): Promise<StoredRow[]> {
  const found: StoredRow[] = [];
  for (const [shard, pool] of shards) {
    for (const table of MOVABLE_TABLES) {
      const { rows } = await pool.query<Omit<StoredRow, 'table' | 'shard'>>(ownTableSql.read(table));
      found.push(...rows.map((row) => ({ ...row, table: table.name, shard })));
    }
  }
  return found;
}

const QUEUED = [1, 2, 3, 4, 5];

async function fillQueue({ shards }: OwnShards): Promise<void> {
  for (const { from, slots } of MOVES) {
    for (const slot of slots) {
      for (const n of QUEUED)
        await shards.get(from)!.query(`insert into ${QUEUE.name} (slot, body) values ($1, $2)`, [slot, n]);
    }
  }
}

/**
 * Returns in how many slots the queue rows are on the right shard, each once and in their order, and the number of all
 * slots.
 */
async function keptQueues({ shards }: OwnShards): Promise<[kept: number, all: number]> {
  let kept = 0;
  for (const { to, slots } of MOVES) {
    for (const slot of slots) {
      const counts = [...shards].map(async ([shard, pool]) => {
        const { rows } = await pool.query<{ body: string }>(
          `select body::text from ${QUEUE.name} where slot = $1 order by position`,
          [slot],
        );
        return rows.map(({ body }) => body).join() === (shard === to ? QUEUED.join() : '');
      });
      if ((await Promise.all(counts)).every(Boolean)) kept += 1;
    }
  }
  return [kept, MOVES.reduce((sum, { slots }) => sum + slots.length, 0)];
}
