import { type ClientBase } from 'pg';
import { type EntityManager, QueryFailedError } from 'typeorm';

/** A statement that Postgres parses once for each connection, and plans once when that is cheaper. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** One connection to a shard: TypeORM's entity manager, and prepared statements, which TypeORM does not support. */
export class ShardConnection {
  constructor(
    readonly manager: EntityManager,
    private readonly client: ClientBase,
  ) {}

  async execute<Row extends object>(statement: PreparedStatement, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.client.query<Row>({ ...statement, values })).rows;
    } catch (error) {
      throw new QueryFailedError(statement.text, values, error as Error);
    }
  }
}
