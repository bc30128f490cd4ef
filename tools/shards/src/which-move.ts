import { type ShardMove } from '@groundwork/contracts';
import { type AdminClient } from './admin-client.ts';
import { EXIT, ShardsError } from './shards.error.ts';

/** The move that is named, or the only one there is. */
export async function whichMove(admin: AdminClient, [id]: readonly string[]): Promise<ShardMove> {
  if (id !== undefined) {
    if (!/^[1-9]\d{0,17}$/.test(id)) {
      throw new ShardsError(
        'invalid-move',
        EXIT.usage,
        `${id}: expected the number of a move, as status shows it`,
      );
    }
    return admin.move(id);
  }
  const [move, ...others] = await admin.moves();
  if (move === undefined) {
    throw new ShardsError(
      'no-move',
      EXIT.refused,
      'nothing is on the move: npm run shards -- move begins one',
    );
  }
  if (others.length === 0) return move;
  const ids = [move, ...others].map((open) => open.id).join(', ');
  throw new ShardsError('which-move', EXIT.usage, `there are moves ${ids}: say which one is meant`);
}
