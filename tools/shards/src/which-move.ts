import { type ShardMove } from '@groundwork/contracts';
import { CliError, EXIT } from '@groundwork/operator-cli';
import { type ShardAdmin } from './shard-admin.ts';

/** The move that is named, or the only one there is. */
export async function whichMove(admin: ShardAdmin, [id]: readonly string[]): Promise<ShardMove> {
  if (id !== undefined) {
    if (!/^[1-9]\d{0,17}$/.test(id)) {
      throw new CliError(
        'invalid-move',
        EXIT.usage,
        `${id}: expected the number of a move, as status shows it`,
      );
    }
    return admin.move(id);
  }
  const [move, ...others] = await admin.moves();
  if (move === undefined) {
    throw new CliError('no-move', EXIT.refused, 'nothing is on the move: npm run shards -- move begins one');
  }
  if (others.length === 0) return move;
  const ids = [move, ...others].map((open) => open.id).join(', ');
  throw new CliError('which-move', EXIT.usage, `there are moves ${ids}: say which one is meant`);
}
