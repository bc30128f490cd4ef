import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { type Sql } from './sql.ts';

interface Counts {
  readonly chunks: number;
  readonly following: number;
  readonly switched: number;
  readonly unsettled: number;
}

/**
 * Checks that the progress of a move allows a request. Only slots that follow can be compared or switched. A drop ends a
 * move at its source or at its destination, but not half-way. A move can be abandoned only if one side owns all its slots.
 */
export async function refuseUnlessReady(
  sql: Sql,
  move: string,
  wanted: 'verify' | 'switch' | 'reverse' | 'drop' | 'abandon',
): Promise<void> {
  const [counts] = await sql.query<Counts>(
    `select count(*)::int as chunks,
       count(*) filter (where phase in ('following', 'switching'))::int as following,
       count(*) filter (where owner = destination)::int as switched,
       count(*) filter (where phase = 'switching')::int as unsettled
     from move_chunks where move = $1 and phase <> 'gone'`,
    [move],
  );
  const { chunks, following, switched, unsettled } = counts!;
  if (wanted === 'abandon') {
    if (switched === 0 || switched === chunks) return;
    throw new ReshardingError(
      'move-not-ready',
      `both sides of move ${move} own slots (${switched} of ${chunks} chunks are switched): restore the lost database from its backup`,
    );
  }
  if (wanted === 'drop') {
    if (unsettled === 0 && (switched === 0 || switched === chunks)) return;
    throw new ReshardingError(
      'move-not-ready',
      `${switched} of ${chunks} chunks of move ${move} are switched: switch the rest, or reverse, before you drop the move`,
    );
  }
  if (following === chunks) return;
  throw new ReshardingError(
    'move-not-ready',
    `${following} of ${chunks} chunks of move ${move} are copied and follow: wait for the rest of them before you ${wanted}`,
  );
}
