import { type ChangedPlacement, changedPlacements, type Placements } from '../../vschema/placement.ts';
import { type Sql } from './resharding/sql.ts';

/**
 * The directory's record of the VSchema. Call `changes` before any routing by a VSchema, also in each process that serves,
 * and refuse to continue if there are changes. An empty record has no changes.
 */
export class VSchemaRecord {
  constructor(private readonly directory: Sql) {}

  /** @returns changes after which existing rows would not be found */
  async changes(wanted: Placements): Promise<readonly ChangedPlacement[]> {
    return changedPlacements(await this.known(), wanted);
  }

  /** Records these placements. A removed table stays recorded, because its rows may still exist. */
  async note(wanted: Placements): Promise<void> {
    const tables = Object.keys(wanted);
    await this.directory.query(
      `insert into vschema_placements (table_name, placement) select * from unnest($1::text[], $2::jsonb[])
       on conflict (table_name) do update set placement = excluded.placement, noted_at = now()
       where vschema_placements.placement <> excluded.placement`,
      [tables, tables.map((table) => JSON.stringify(wanted[table]))],
    );
  }

  private async known(): Promise<Placements> {
    // A service of this release may start before the migration job.
    const [{ exists }] = (await this.directory.query<{ exists: boolean }>(
      `select to_regclass('vschema_placements') is not null as exists`,
    )) as [{ exists: boolean }];
    if (!exists) return {};
    const rows = await this.directory.query<{ table: string; placement: Placements[string] }>(
      `select table_name as table, placement from vschema_placements`,
    );
    return Object.fromEntries(rows.map(({ table, placement }) => [table, placement]));
  }
}
