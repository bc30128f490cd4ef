import { type ClientBase } from 'pg';
import { UUID_LENGTH } from '../../two-phase-commit/gid-prefix.ts';
import { type Decision, type DecisionLog } from '../../two-phase-commit/decision-log.ts';

interface Row extends Decision {
  readonly state: 'open' | 'committed';
}

export interface PostgresDecisionLogOptions {
  /**
   * Whether every registered shard must take part. Required for changes of tables that all shards have a copy of. Shards are
   * registered in the database that stores the decisions. A shard that has joined is therefore part of the decision, or the
   * decision is refused as too late.
   */
  readonly onEveryShard?: boolean;
}

/** The same condition as `GidPrefix.isOf`. */
const HAS_PREFIX = `starts_with(gid, $1) and length(gid) = length($1) + ${UUID_LENGTH}`;

const NO_SHARD_LEFT_OUT = 'participants @> (select array_agg(name) from shards)';

/** Stores decisions in the table `two_phase_transactions`. Uses the clock of the database. */
export class PostgresDecisionLog implements DecisionLog {
  private readonly mayCommit: string;

  /** @param pool of the database with the table; the caller closes it */
  constructor(
    private readonly pool: Pick<ClientBase, 'query'>,
    { onEveryShard = false }: PostgresDecisionLogOptions = {},
  ) {
    this.mayCommit = onEveryShard ? NO_SHARD_LEFT_OUT : 'true';
  }

  async open({ gid, participants }: Decision, withinMs: number): Promise<void> {
    await this.pool.query(
      `insert into two_phase_transactions (gid, participants, decide_before)
       values ($1, $2, clock_timestamp() + $3::float8 * interval '1 millisecond')`,
      [gid, participants, withinMs],
    );
  }

  async commit(gid: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update two_phase_transactions set state = 'committed'
       where gid = $1 and state = 'open' and ${this.mayCommit}`,
      [gid],
    );
    return rowCount === 1;
  }

  async abort(gid: string): Promise<boolean> {
    await this.pool.query(`delete from two_phase_transactions where gid = $1 and state = 'open'`, [gid]);
    const { rowCount } = await this.pool.query('select from two_phase_transactions where gid = $1', [gid]);
    return rowCount === 0;
  }

  async forget(gid: string): Promise<void> {
    await this.pool.query(`delete from two_phase_transactions where gid = $1 and state = 'committed'`, [gid]);
  }

  /**
   * Returns the transactions that must end before a newly registered participant is given a copy of the tables of the
   * others: those that started without it, and those that are decided and not yet committed everywhere. Later transactions
   * cannot commit without it.
   */
  async unfinishedWithout(participant: string): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ gid: string }>(
      `select gid from two_phase_transactions where state = 'committed' or not $1 = any(participants)`,
      [participant],
    );
    return rows.map(({ gid }) => gid);
  }

  /** @returns those of the given transactions that have not ended yet */
  async unfinishedOf(gids: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ gid: string }>(
      'select gid from two_phase_transactions where gid = any($1)',
      [gids],
    );
    return rows.map(({ gid }) => gid);
  }

  async abortOverdue(prefix: string): Promise<{ open: readonly Decision[]; committed: readonly Decision[] }> {
    // A decision in progress locks its row: the deletion waits for it, checks the row again, and keeps it.
    await this.pool.query(
      `delete from two_phase_transactions where ${HAS_PREFIX} and state = 'open' and decide_before <= clock_timestamp()`,
      [prefix],
    );
    const { rows } = await this.pool.query<Row>(
      `select gid, state, participants from two_phase_transactions where ${HAS_PREFIX}`,
      [prefix],
    );
    const of = (wanted: Row['state']) => rows.filter(({ state }) => state === wanted);
    return { open: of('open'), committed: of('committed') };
  }
}
