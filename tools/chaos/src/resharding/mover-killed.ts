import { type ShardMove } from '@groundwork/contracts';
import { type MoverStep } from '@groundwork/sharding';
import { type Site } from './drill.ts';
import { KILLED_WITHIN_MS } from './killable-mover.ts';
import { type Scene, NEW_SHARD } from './scene.ts';

/** The slots that move while the mover is killed at this step. */
export interface Slice {
  readonly step: MoverStep;
  readonly slots: string;
}

/** So many that each slice has about 14 of them. */
export const CUSTOMERS = 1_000;

/** The slots of a slice change when one of its customers orders. Customers order in turn, so that takes a round at most. */
const CHANGED_WITHIN_ROUNDS = 1.5;

export async function moveWithMoverKilled(
  { site, mover, ordersPerSecond }: Scene,
  slices: readonly Slice[],
): Promise<void> {
  const withinMs = KILLED_WITHIN_MS + (CHANGED_WITHIN_ROUNDS * CUSTOMERS * 1_000) / ordersPerSecond;
  try {
    for (const slice of slices) {
      const began = Date.now();
      await mover.start(slice.step);
      const killed = mover.killed(slice.step, withinMs);
      const [{ pauseMs }] = await Promise.all([moveSlice(site, slice, killed), killed]);
      const seconds = ((Date.now() - began) / 1_000).toFixed(1);
      site.say(
        `    killed at ${slice.step.padEnd(18)} moved and dropped nevertheless, ${seconds} s; longest pause ${pauseMs?.max} ms`,
      );
    }
  } finally {
    await mover.leave();
  }
}

async function moveSlice({ moves }: Site, { step, slots }: Slice, killed: Promise<void>): Promise<ShardMove> {
  const move = await moves.request(slots, NEW_SHARD);
  await moves.copied(move);
  // Changes are applied only at times, when there are any.
  if (step.startsWith('changes-')) await killed;
  const switched = await moves.switch(move);
  await moves.drop(move);
  return switched;
}
