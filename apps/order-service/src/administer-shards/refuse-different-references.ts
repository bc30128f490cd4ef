import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ProblemError } from '@groundwork/service-kit';
import { type Pool } from 'pg';
import { REFERENCE_TABLES } from '../storage/table-roles.ts';
import { withShard } from './with-client.ts';

/** A change becomes visible on one shard some milliseconds before another. A difference that lasts longer is a real one. */
const PATIENCE_MS = 2_000;
const POLL_MS = 100;

interface Way {
  readonly from: string;
  readonly to: string;
}

interface Difference extends Way {
  readonly table: string;
}

/**
 * Throws when the reference tables of a source and its destination differ. A shard places the orders of its customers with
 * its own copies of these tables, so slots may move only between shards with equal copies.
 *
 * @throws {ProblemError} `references-differ` @throws {ShardUnavailableError}
 */
export async function refuseDifferentReferences(
  directory: Pool,
  move: string,
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const { rows: ways } = await directory.query<Way>(
    `select distinct source as from, destination as to from move_chunks where move = $1::bigint and phase <> 'gone'`,
    [move],
  );
  const { rows: shards } = await directory.query<{ name: string; url: string }>(
    'select name, url from shards',
  );
  const urls = new Map([...shards.map(({ name, url }) => [name, url] as const), ...known]);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const difference = await firstDifference(ways, urls);
    if (difference === undefined) return;
    if (performance.now() > until) throw referencesDiffer(difference);
    await delay(POLL_MS);
  }
}

async function firstDifference(
  ways: readonly Way[],
  urls: ReadonlyMap<string, string>,
): Promise<Difference | undefined> {
  const names = [...new Set(ways.flatMap(({ from, to }) => [from, to]))];
  const digests = new Map(
    await Promise.all(
      names.map(async (name) => [name, await digestsOf(name, urls.get(name) as string)] as const),
    ),
  );
  for (const { from, to } of ways) {
    const [ours, theirs] = [digests.get(from)!, digests.get(to)!];
    const table = REFERENCE_TABLES.find((_, n) => !isDeepStrictEqual(ours[n], theirs[n]));
    if (table !== undefined) return { from, to, table };
  }
  return undefined;
}

/**
 * Returns a digest of each table's rows. It orders columns by name, because two shards may have them in different orders.
 */
async function digestsOf(name: string, url: string): Promise<readonly string[]> {
  const digests = REFERENCE_TABLES.map(
    (table) =>
      `(select coalesce(md5(string_agg(to_jsonb(every)::text, ',' order by to_jsonb(every)::text collate "C")), '') from ${table} every)`,
  );
  return withShard(name, url, async (client) => {
    const { rows } = await client.query<{ digests: string[] }>(
      `select array[${digests.join(', ')}] as digests`,
    );
    return rows[0]!.digests;
  });
}

function referencesDiffer({ table, from, to }: Difference): ProblemError {
  return new ProblemError({
    status: 409,
    code: 'references-differ',
    detail: `Table ${table} differs between ${from} and ${to}, so orders would be placed with other data after the switch. If ${to} owns no slot, add it again; otherwise set the differing values again.`,
  });
}
