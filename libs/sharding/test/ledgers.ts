import { Pool } from 'pg';
import { PostgresParticipant } from '../src/adapters/postgres/participant.ts';
import { type SqlSession } from '../src/adapters/postgres/sql-session.ts';
import { type TwoPhaseWork } from '../src/two-phase-commit/two-phase-commit.ts';

export const PREFIX = 'test:';

/** A database with a table `entries(note)` that takes part in transactions over several databases. */
export class Ledger {
  readonly participant: PostgresParticipant<SqlSession>;
  private readonly pool: Pool;

  constructor(name: string, url: string) {
    this.pool = new Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 1_000 });
    // Tests kill servers. The current statement reports the error.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
    this.participant = new PostgresParticipant(name, async (work) => {
      const client = await this.pool.connect();
      try {
        return await work({
          query: async <T>(sql: string, values?: unknown[]) => (await client.query(sql, values)).rows as T,
        });
      } finally {
        client.release();
      }
    });
  }

  write(note: string): TwoPhaseWork<SqlSession> {
    return {
      participant: this.participant,
      work: async (session) => {
        await session.query('insert into entries values ($1)', [note]);
      },
    };
  }

  async query<Row>(sql: string): Promise<Row[]> {
    return (await this.pool.query(sql)).rows as Row[];
  }

  async notes(): Promise<string[]> {
    return (await this.query<{ note: string }>('select note from entries order by note')).map(
      ({ note }) => note,
    );
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
