import { type MoverStep } from '../../../resharding/mover-steps.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { installCapture } from './capture.ts';
import { ChunkStore } from './chunk-store.ts';
import { type Pace } from './pace.ts';
import { ShardLink } from './shard-link.ts';
import { SwitchBackoff } from './switch-backoff.ts';
import { type ShardedTable } from './sharded-table.ts';
import { type Sql } from './sql.ts';
import { refuseDifferingTables } from './tables/differing-table.ts';
import { readShardedTables } from './tables/examine-tables.ts';
import { type TableRoles } from './tables/table-roles.ts';
import { installWriteFences } from './write-fence.ts';

export interface MoverContextOptions {
  readonly directory: Sql;
  readonly generation: string;
  /** Addresses that override those in the directory, for shards that have moved to another port. */
  readonly shardUrls: ReadonlyMap<string, string>;
  readonly tables: TableRoles;
  readonly pace: Pace;
  readonly reached: (step: MoverStep) => void;
}

/**
 * Lifetime of a cached catalog. A table or column that is added meanwhile is captured with all its rows at the next reading
 * of the catalog. The switch always reads it first.
 */
const CATALOG_MS = 5_000;

/** How long a shard that did not answer is left alone. */
const SILENT_MS = 5_000;

/** What all parts of the mover's work share. It lives as long as the mover's session. */
export class MoverContext {
  private readonly links = new Map<string, ShardLink>();
  private readonly catalogs = new Map<
    string,
    { readonly tables: readonly ShardedTable[]; readonly readAt: number }
  >();

  private readonly silent = new Map<string, { readonly error: ReshardingError; readonly until: number }>();
  private readonly captured = new WeakSet<readonly ShardedTable[]>();
  private readonly fenced = new WeakSet<readonly ShardedTable[]>();

  readonly store: ChunkStore;
  readonly backoff = new SwitchBackoff();

  constructor(private readonly options: MoverContextOptions) {
    this.store = new ChunkStore(options.directory);
  }

  get directory(): Sql {
    return this.options.directory;
  }

  get pace(): Pace {
    return this.options.pace;
  }

  get reached(): (step: MoverStep) => void {
    return this.options.reached;
  }

  /**
   * Returns a shard that answers. A shard that does not answer is left alone for a while, so that other moves continue.
   *
   * @throws {ReshardingError} `shard-unreachable`, `mover-superseded`, `unknown-shard`
   */
  async shard(name: string): Promise<ShardLink> {
    const silent = this.silent.get(name);
    if (silent !== undefined && performance.now() < silent.until) throw silent.error;
    const link = await this.linkTo(name);
    try {
      await link.ping();
      this.silent.delete(name);
      return link;
    } catch (error) {
      if (error instanceof ReshardingError && error.code === 'shard-unreachable')
        this.silent.set(name, { error, until: performance.now() + SILENT_MS });
      throw error;
    }
  }

  private async linkTo(name: string): Promise<ShardLink> {
    const known = this.links.get(name);
    if (known !== undefined) return known;
    const url = this.options.shardUrls.get(name) ?? (await this.store.shardUrls()).get(name);
    if (url === undefined) throw new ReshardingError('unknown-shard', `the directory has no shard ${name}`);
    const link = new ShardLink(name, url, this.options.generation);
    this.links.set(name, link);
    return link;
  }

  /** @throws {ReshardingError} `schema-differs`, `table-not-movable` */
  async tablesOf(
    owner: ShardLink,
    replica: ShardLink,
    { fresh = false } = {},
  ): Promise<readonly ShardedTable[]> {
    const [ours, theirs] = [await this.catalogOf(owner, fresh), await this.catalogOf(replica, fresh)];
    refuseDifferingTables({ name: owner.name, tables: ours }, { name: replica.name, tables: theirs });
    return ours;
  }

  async catalogOf(shard: ShardLink, fresh: boolean): Promise<readonly ShardedTable[]> {
    const known = this.catalogs.get(shard.name);
    if (known !== undefined && !fresh && performance.now() - known.readAt < CATALOG_MS) return known.tables;
    const tables = await readShardedTables(shard, this.options.tables);
    this.catalogs.set(shard.name, { tables, readAt: performance.now() });
    return tables;
  }

  /** Ensures, once for each reading of the catalog, that the shard notes the changes of these tables. */
  async capturing(shard: ShardLink, tables: readonly ShardedTable[]): Promise<void> {
    if (this.captured.has(tables)) return;
    await installCapture(shard, tables);
    this.captured.add(tables);
  }

  /** Ensures, once for each reading of the catalog, that the shard refuses writes to slots that it does not own. */
  async fencing(shard: ShardLink): Promise<void> {
    const tables = await this.catalogOf(shard, false);
    if (this.fenced.has(tables)) return;
    await installWriteFences(shard, tables);
    this.fenced.add(tables);
  }

  async close(): Promise<void> {
    await Promise.all([...this.links.values()].map((link) => link.close()));
  }
}
