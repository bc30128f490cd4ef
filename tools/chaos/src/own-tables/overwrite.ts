import { type Pool } from 'pg';

/** Does what a mover does that identifies rows only by their number: an arriving row replaces a live row of another slot. */
export async function overwriteUntouched(
  destination: Pool,
  movedSlot: number,
  untouchedSlot: number,
): Promise<void> {
  await destination.query(
    `update carts live set body = moved.body from carts moved
     where live.slot = $2 and moved.slot = $1 and live.n = moved.n`,
    [movedSlot, untouchedSlot],
  );
}
