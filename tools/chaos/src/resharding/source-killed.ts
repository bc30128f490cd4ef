import { type Writing } from './drill.ts';
import { isBeingCopied } from './moves.ts';
import { NEW_SHARD, QUARTER, type Scene } from './scene.ts';

const SOURCE = 'shard-1';
const DATABASE = 'postgres-shard-1';
/** Slots of the source only, outside of the quarter. */
const SLICE = '1024-1055';

/**
 * Kills a database that still owns slots with kill -9: during the copy, during the switches, and right after it has released
 * some slots.
 */
export async function moveWithSourceKilled(scene: Scene, writing: Writing): Promise<void> {
  const { moves, say } = scene.site;
  const move = await moves.request(QUARTER, NEW_SHARD);
  await moves.watch(move, isBeingCopied);
  await killSource(scene);
  say(`    ${SOURCE} was killed while slots were copied from it, and is back`);
  await moves.copied(move);
  await moves.wantSwitch(move);
  const begun = await moves.watch(move, ({ switched }) => switched > 0);
  await killSource(scene);
  say(`    ${SOURCE} was killed when ${begun.switched} of ${begun.slots} slots were switched, and is back`);
  await moves.switch(move);
  await moves.reverse(move);
  await moves.thereAndBack(move, writing.isEnough);
  await moves.drop(move);
  await dieAsItLetsGo(scene);
}

/** Kills the mover when the source has released the slots and they have no owner, then kills the source. */
async function dieAsItLetsGo(scene: Scene): Promise<void> {
  const { moves, say } = scene.site;
  try {
    await scene.mover.start('switch-let-go');
    const move = await moves.request(SLICE, NEW_SHARD);
    await moves.copied(move);
    await moves.wantSwitch(move);
    await scene.mover.killed('switch-let-go');
    await killSource(scene);
    const { pauseMs } = await moves.switch(move);
    say(
      `    ${SOURCE} and the mover were killed when it had released the slots; the slots had no owner for ${pauseMs?.max} ms`,
    );
    await moves.reverse(move);
    await moves.drop(move);
  } finally {
    await scene.mover.leave();
  }
}

async function killSource({ topology }: Scene): Promise<void> {
  await topology.kill(DATABASE, 1, 'SIGKILL', { restart: true });
  await topology.waitHealthy(DATABASE);
}
