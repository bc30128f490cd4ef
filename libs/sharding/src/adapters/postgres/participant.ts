import { type Participant } from '../../two-phase-commit/participant.ts';
import { TwoPhaseUnavailableError } from '../../two-phase-commit/two-phase.errors.ts';
import { type SqlSession } from './sql-session.ts';

/** Runs work on one connection of a database, outside a transaction. */
export type WithConnection<Session extends SqlSession> = <T>(
  work: (session: Session) => Promise<T>,
) => Promise<T>;

const DISABLED = '55000';
const EXHAUSTED = '53200';
const UNKNOWN_GID = '42704';

/**
 * A Postgres database. `max_prepared_transactions` limits the prepared transactions of its server. A gid must be unique on a
 * server across its databases, so the participant appends its name to it.
 */
export class PostgresParticipant<Session extends SqlSession> implements Participant<Session> {
  constructor(
    readonly name: string,
    private readonly withConnection: WithConnection<Session>,
  ) {}

  prepare(gid: string, work: (session: Session) => Promise<void>): Promise<void> {
    return this.withConnection(async (session) => {
      await session.query('begin');
      try {
        await work(session);
        await this.prepareTransaction(session, gid);
      } catch (error) {
        // If this fails, the connection is lost, and its transaction is rolled back.
        await session.query('rollback').catch(() => undefined);
        throw error;
      }
    });
  }

  commit(gid: string): Promise<void> {
    return this.end(`commit prepared ${this.quoted(gid)}`);
  }

  rollback(gid: string): Promise<void> {
    return this.end(`rollback prepared ${this.quoted(gid)}`);
  }

  async prepared(prefix: string): Promise<readonly string[]> {
    const rows = await this.withConnection((session) =>
      session.query<{ gid: string }[]>(
        'select gid from pg_prepared_xacts where database = current_database() and starts_with(gid, $1)',
        [prefix],
      ),
    );
    return rows
      .filter(({ gid }) => gid.endsWith(this.suffix))
      .map(({ gid }) => gid.slice(0, -this.suffix.length));
  }

  private async prepareTransaction(session: Session, gid: string): Promise<void> {
    try {
      await session.query(`prepare transaction ${this.quoted(gid)}`);
    } catch (error) {
      const state = sqlStateOf(error);
      if (state === DISABLED) throw new TwoPhaseUnavailableError(this.name, 'disabled', error);
      if (state === EXHAUSTED) throw new TwoPhaseUnavailableError(this.name, 'exhausted', error);
      throw error;
    }
  }

  private get suffix(): string {
    return `@${this.name}`;
  }

  private quoted(gid: string): string {
    return `'${(gid + this.suffix).replaceAll("'", "''")}'`;
  }

  private async end(statement: string): Promise<void> {
    await this.withConnection(async (session) => {
      try {
        await session.query(statement);
      } catch (error) {
        if (sqlStateOf(error) !== UNKNOWN_GID) throw error;
      }
    });
  }
}

function sqlStateOf(error: unknown): unknown {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return driverError?.code ?? code;
}
