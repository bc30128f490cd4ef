import { classifyDatabaseError } from '../sql/classify-database-error.ts';
import { type SqlSession } from '../sql/sql-session.ts';
import { type ConsumerPause, type ConsumerPauses, type PauseWish } from './consumer-pauses.ts';

interface Row {
  readonly topic: string;
  readonly paused_by: string | null;
  readonly reason: string;
  readonly paused_at: Date;
}

/** Stands for the whole group in the primary key, which cannot contain NULL. No topic has this name. */
const WHOLE_GROUP = '';

/**
 * Stores pauses as rows of `consumer_pauses`.
 *
 * @throws {DatabaseError} from every method, when the database is unavailable
 */
export class PostgresConsumerPauses implements ConsumerPauses {
  constructor(private readonly session: SqlSession) {}

  async of(group: string): Promise<readonly ConsumerPause[]> {
    const rows = await this.query<Row>(
      `select topic, paused_by, reason, paused_at from consumer_pauses
       where consumer_group = $1 order by paused_at, topic`,
      [group],
    );
    return rows.map((row) => ({
      topic: row.topic === WHOLE_GROUP ? undefined : row.topic,
      by: row.paused_by ?? undefined,
      reason: row.reason,
      at: row.paused_at,
    }));
  }

  async pause(group: string, { topic = WHOLE_GROUP, by, reason }: PauseWish): Promise<boolean> {
    const added = await this.query(
      `insert into consumer_pauses (consumer_group, topic, paused_by, reason) values ($1, $2, $3, $4)
       on conflict (consumer_group, topic) do nothing returning topic`,
      [group, topic, by ?? null, reason],
    );
    return added.length > 0;
  }

  async resume(group: string, topic: string = WHOLE_GROUP): Promise<boolean> {
    // As a select, because drivers return different results for a `delete`.
    const removed = await this.query(
      `with removed as (delete from consumer_pauses where consumer_group = $1 and topic = $2 returning topic)
       select topic from removed`,
      [group, topic],
    );
    return removed.length > 0;
  }

  private async query<R>(sql: string, parameters: unknown[]): Promise<readonly R[]> {
    try {
      return await this.session.query<R[]>(sql, parameters);
    } catch (error) {
      throw classifyDatabaseError(error);
    }
  }
}
