import { type VSchema, type VSchemaRouter } from '@groundwork/sharding';
import { sqlOf, VSchemaRecord } from '@groundwork/sharding/postgres';
import { withClient } from '../administer-shards/with-client.ts';
import { VSchemaRefusedError } from './vschema-refused.error.ts';
import { rowsElsewhere } from './rows-elsewhere.ts';

export interface RememberVSchema {
  readonly directoryUrl: string;
  readonly shards: ReadonlyMap<string, string>;
  readonly router: VSchemaRouter;
  /** Whether to accept a changed VSchema if it maps every stored row to the slot in which the row is stored. */
  readonly accept: boolean;
}

/**
 * Stores in the directory the VSchema by which rows are placed from now on.
 *
 * @throws {VSchemaRefusedError} for a VSchema by which stored rows would not be found
 */
export async function rememberVSchema({
  directoryUrl,
  shards,
  router,
  accept,
}: RememberVSchema): Promise<void> {
  await withClient(directoryUrl, async (client) => {
    const record = new VSchemaRecord(sqlOf(client));
    const { placements } = router.vschema;
    const changes = await record.changes(placements);
    if (changes.length > 0 && !accept) throw new VSchemaRefusedError(changes);
    const moving = changes.filter(({ movesRows }) => movesRows);
    const misplaced = await rowsElsewhere(
      shards,
      router,
      moving.map(({ table }) => table),
    );
    if (misplaced.length > 0) throw new VSchemaRefusedError(changes, misplaced);
    await record.note(placements);
  });
}

/**
 * Throws when the VSchema differs from the stored one. Every instance checks this before it serves requests: with a changed
 * VSchema it would look for rows in the wrong slots and store new rows there.
 *
 * @throws {VSchemaRefusedError}
 */
export async function refuseChangedVSchema(directoryUrl: string, { placements }: VSchema): Promise<void> {
  await withClient(directoryUrl, async (client) => {
    const changes = await new VSchemaRecord(sqlOf(client)).changes(placements);
    if (changes.length > 0) throw new VSchemaRefusedError(changes);
  });
}
