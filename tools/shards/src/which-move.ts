import { type ShardMove } from '@groundwork/contracts';
import { CliError, EXIT } from '@groundwork/operator-cli';
import { type ShardAdmin } from './shard-admin.ts';

/** Returns the move with the given id, or the only open one. */
export async function whichMove(admin: ShardAdmin, [id]: readonly string[]): Promise<ShardMove> {
  if (id !== undefined) {
    if (!/^[1-9]\d{0,17}$/.test(id)) {
      throw new CliError(
        'invalid-move',
        EXIT.usage,
        `${id}: expected the number of a move, as shown by status`,
      );
    }
    return admin.move(id);
  }
  const [move, ...others] = await admin.moves();
  if (move === undefined) {
    throw new CliError('no-move', EXIT.refused, 'no move is open: npm run shards -- move starts one');
  }
  if (others.length === 0) return move;
  const ids = [move, ...others].map((open) => open.id).join(', ');
  throw new CliError('which-move', EXIT.usage, `moves ${ids} are open: name one of them`);
}
