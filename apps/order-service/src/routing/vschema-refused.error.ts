import { type ChangedPlacement, VSchemaChangedError } from '@groundwork/sharding';
import { type MisplacedRows } from './rows-elsewhere.ts';

/** Names the changes of the VSchema and the remedy. */
export class VSchemaRefusedError extends VSchemaChangedError {
  constructor(changes: readonly ChangedPlacement[], misplaced: readonly MisplacedRows[] = []) {
    super(changes);
    this.name = 'VSchemaRefusedError';
    const counted = misplaced
      .map(({ table, rows }) => ` ${rows} stored rows of ${table} would have to move.`)
      .join('');
    this.message =
      `VSCHEMA_FILE has changed: ${this.message}.${counted} Restore the previous file. To store keys on another shard, move their slot with ` +
      `"npm run shards -- move --to SHARD --slots SLOT". If every stored row is already in its slot of the changed file, accept the file with ` +
      `"npm run job -- migrate-orders --accept-vschema", which checks all rows first.`;
  }
}
