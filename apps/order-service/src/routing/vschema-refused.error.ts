import { type ChangedPlacement, VSchemaChangedError } from '@groundwork/sharding';
import { type MisplacedRows } from './rows-elsewhere.ts';

/** Says what was changed in the VSchema, and how to do it properly. */
export class VSchemaRefusedError extends VSchemaChangedError {
  constructor(changes: readonly ChangedPlacement[], misplaced: readonly MisplacedRows[] = []) {
    super(changes);
    this.name = 'VSchemaRefusedError';
    const counted = misplaced
      .map(({ table, rows }) => ` ${rows} stored rows of ${table} would have to move.`)
      .join('');
    this.message =
      `VSCHEMA_FILE has changed: ${this.message}.${counted} Keep what it said. To have keys on another shard, move their slot with ` +
      `"npm run shards -- move --to SHARD --slots SLOT". If every stored row is where the changed file says, have it taken over with ` +
      `"npm run job -- migrate-orders --accept-vschema", which looks at all of them first.`;
  }
}
