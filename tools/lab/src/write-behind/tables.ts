import { writeBehindTablesSql } from '@groundwork/caching/postgres';
import { Client } from 'pg';
import { PAGES } from './limits.ts';
import { type Version } from './writer.ts';

/** Each version has its own tables. */
const SQL = `
  create table views_naive (page text primary key, views bigint not null);
  create table views_ours (like views_naive including all);
  create table baskets_naive (customer text primary key, basket jsonb not null);
  create table baskets_ours (like baskets_naive including all, version bigint not null);
  ${writeBehindTablesSql()}`;

export interface Comparison {
  readonly acknowledged: number;
  readonly missing: number;
  readonly tooMany: number;
}

/** The database of the experiment, seen from the lab. */
export class Tables {
  private constructor(private readonly database: Client) {}

  static async create(databaseUrl: string): Promise<Tables> {
    const database = new Client({ connectionString: databaseUrl });
    await database.connect();
    await database.query(SQL);
    return new Tables(database);
  }

  /** Locks both tables of views, as a migration does. */
  async lockViews(): Promise<void> {
    await this.database.query('begin; lock table views_naive, views_ours in access exclusive mode');
  }

  async unlockViews(): Promise<void> {
    await this.database.query('commit');
  }

  /** Compares the stored views of a run with the acknowledged ones, which have the numbers from 0. */
  async compareViews(version: Version, run: string, acknowledged: number): Promise<Comparison> {
    const sql = `select page, views::int from views_${version} where page like $1 || '-%'`;
    const { rows } = await this.database.query<{ page: string; views: number }>(sql, [run]);
    const stored = new Map(rows.map(({ page, views }) => [page, views]));
    let [missing, tooMany] = [0, 0];
    for (let page = 0; page < PAGES; page += 1) {
      const expected = Math.ceil((acknowledged - page) / PAGES);
      const difference = (stored.get(`${run}-${page}`) ?? 0) - expected;
      missing += Math.max(0, -difference);
      tooMany += Math.max(0, difference);
    }
    return { acknowledged, missing, tooMany };
  }

  async basketsWith(version: Version, basket: string): Promise<number> {
    const sql = `select count(*)::int as baskets from baskets_${version} where basket = $1`;
    const { rows } = await this.database.query<{ baskets: number }>(sql, [JSON.stringify(basket)]);
    return rows[0]?.baskets ?? 0;
  }

  async close(): Promise<void> {
    await this.database.end();
  }
}
