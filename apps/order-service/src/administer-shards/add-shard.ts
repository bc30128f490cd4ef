import { type AddShard } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { nameShard, PostgresDecisionLog, SLOT_MAP_CHANNEL } from '@groundwork/sharding/postgres';
import { type Client } from 'pg';
import { migrateShard } from '../storage/migrate-shard.ts';
import { copyReferenceTables } from './copy-reference-tables.ts';
import { refuseUnusable } from './refuse-unusable.ts';
import { waitForOlderChanges } from './wait-for-older-changes.ts';
import { withClient, withShard } from './with-client.ts';

/** Any constant. A process that adds a shard holds this lock in the directory. */
const ADD_LOCK = 4_110_004;

interface RegisteredShard {
  readonly name: string;
  readonly url: string;
  readonly isReady: boolean;
  readonly ownsSlots: boolean;
}

/**
 * Turns a database into a shard without slots:
 *
 *     schema ─▶ its name, in itself ─▶ entry in the directory ─▶ older changes end ─▶ copy of the reference tables ─▶ ready
 *
 * The entry comes before the copy: from then on every decided price change includes the shard, so a change that the copy
 * misses reaches the shard by itself. Each step is repeatable, so the caller repeats a call that was interrupted. Until a
 * call completes, the shard gets no slots.
 *
 * @throws {ProblemError} `shard-address-missing`, `shard-being-added`, `shard-exists`, `shard-unreachable`,
 * `shard-not-empty`, `shard-of-another-release`, `changes-unfinished` @throws {ShardNameError} {ShardUnavailableError}
 */
export async function addShard(
  directoryUrl: string,
  { name, url: wanted }: AddShard,
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const url = wanted ?? known.get(name) ?? refuseWithoutAddress(name);
  await withClient(directoryUrl, async (directory) => {
    await lockOrThrow(directory);
    const shards = await registeredShards(directory);
    const registered = shards.find((shard) => shard.name === name);
    if (registered !== undefined && wanted !== undefined && registered.url !== wanted) {
      throw refusal(
        409,
        'shard-exists',
        `Shard ${name} already exists with another address; choose another name.`,
      );
    }
    await refuseUnusable(name, url, shards);
    await migrateShard({ name, url, connectTimeoutMs: 2_000 });
    await withShard(name, url, (shard) => nameShard(shard, name));
    await register(directory, name, url);
    // A shard that owns slots has its copy and takes part in every change of it.
    if (registered?.isReady === true && registered.ownsSlots) return;
    const template = shards.find((shard) => shard.isReady && shard.name !== name);
    if (template !== undefined) {
      const settled = () => waitForOlderChanges(new PostgresDecisionLog(directory), name);
      const from = { name: template.name, url: known.get(template.name) ?? template.url };
      await copyReferenceTables({ from, to: { name, url }, settled });
    }
    await directory.query('update shards set is_ready = true where name = $1', [name]);
  });
}

/** Holds the lock until the connection ends. Two concurrent calls could give one name to two databases. */
async function lockOrThrow(directory: Client): Promise<void> {
  const { rows } = await directory.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    ADD_LOCK,
  ]);
  if (rows[0]!.taken) return;
  throw refusal(409, 'shard-being-added', 'Another request is adding a shard: retry when it has finished.');
}

async function registeredShards(directory: Client): Promise<readonly RegisteredShard[]> {
  const { rows } = await directory.query<RegisteredShard>(
    `select name, url, is_ready as "isReady", exists (select from slots where shard = name) as "ownsSlots"
     from shards order by name`,
  );
  return rows;
}

async function register(directory: Client, name: string, url: string): Promise<void> {
  await directory.query(
    `with added as (insert into shards (name, url, is_ready) values ($1, $2, false) on conflict (name) do nothing)
     select pg_notify('${SLOT_MAP_CHANNEL}', '')`,
    [name, url],
  );
}

function refuseWithoutAddress(name: string): never {
  throw refusal(
    422,
    'shard-address-missing',
    `No address of ${name} is known: set "url" in the request, or add the address to SHARD_URLS and restart the service.`,
  );
}

function refusal(status: number, code: string, detail: string): ProblemError {
  return new ProblemError({ status, code, detail });
}
