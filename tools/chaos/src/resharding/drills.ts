import { type ShardMove } from '@groundwork/contracts';
import { eventually } from '@groundwork/testing';
import { type Drill, type Writing } from './drill.ts';
import { type DrillName } from './drill-names.ts';
import { CUSTOMERS, moveWithMoverKilled } from './mover-killed.ts';
import { isBeingCopied } from './moves.ts';
import { runInstead } from '../platform/run-instead.ts';
import { NEW_SHARD, QUARTER, type Scene } from './scene.ts';
import { moveWithSourceKilled } from './source-killed.ts';

const NEW_DATABASE = 'postgres-shard-3';
/**
 * Number of slots of each of the two shards that move for each step at which the mover is killed; in total about a quarter.
 */
const SLICE = 29;

/** Returns the drills in their order: each drill prepares the state that the next one needs. */
export function drillsOf(scene: Scene): Readonly<Record<DrillName, Drill>> {
  const { orders, ordersPerSecond } = scene;
  const fewer = Math.ceil(orders / 5);
  const common = { ordersPerSecond, slots: QUARTER };
  const slices = scene.killAt.map((step, index) => ({ step, slots: sliceOf(index) }));
  const state: { move?: ShardMove } = {};
  return {
    move: {
      ...common,
      name: 'move',
      title: '25 % of the slots move to a new shard',
      orders,
      judgesLatency: true,
      run: (writing) => moveQuarter(scene, writing, state),
    },
    reverse: {
      ...common,
      name: 'reverse',
      title: 'The slots are switched back, and the copies are dropped',
      orders: fewer,
      judgesLatency: true,
      run: (writing) => takeBack(scene, writing, state),
    },
    restart: {
      ...common,
      name: 'restart',
      title: 'The same while the new shard is killed, as copy and as owner',
      orders: fewer,
      mayDefer: true,
      run: (writing) => moveWithNewShardKilled(scene, writing),
    },
    source: {
      ...common,
      name: 'source',
      title:
        'The same while an old shard is killed: during the copy, during the switches, and when it has released slots',
      orders: fewer,
      mayDefer: true,
      onlyTellsPauses: true,
      run: (writing) => moveWithSourceKilled(scene, writing),
    },
    push: {
      ...common,
      name: 'push',
      title: 'The same with a router that receives no push',
      orders: fewer,
      run: (writing) => moveWithDeafRouter(scene, writing),
    },
    kill: {
      name: 'kill',
      title: `The same with the mover killed at each of ${slices.length} steps`,
      slots: slices.map(({ slots }) => slots).join(','),
      orders: fewer,
      ordersPerSecond,
      customers: CUSTOMERS,
      run: () => moveWithMoverKilled(scene, slices),
    },
  };
}

/** Moves the slots to the new shard, then there and back until enough orders are written. */
async function moveQuarter({ site }: Scene, writing: Writing, state: { move?: ShardMove }): Promise<void> {
  const { moves, say } = site;
  const move = await moves.request(QUARTER, NEW_SHARD);
  state.move = move;
  say(`    move ${move.id}: ${move.slots} slots in ${move.chunks.length} chunks`);
  await moves.copied(move);
  say('    copied; comparing');
  await moves.verify(move);
  say('    both sides are equal; switching');
  await moves.thereAndBack(move, writing.isEnough);
  await moves.switch(move);
}

async function takeBack(scene: Scene, writing: Writing, state: { move?: ShardMove }): Promise<void> {
  const { moves, say } = scene.site;
  if (state.move === undefined) await moveQuarter(scene, { ...writing, isEnough: () => true }, state);
  const move = state.move as ShardMove;
  await moves.reverse(move);
  await moves.thereAndBack(move, writing.isEnough);
  say('    switched back; dropping the copies');
  await moves.drop(move);
  delete state.move;
}

async function moveWithNewShardKilled({ site, topology }: Scene, writing: Writing): Promise<void> {
  const { moves, say } = site;
  const killAndWait = async () => {
    await topology.kill(NEW_DATABASE, 1, 'SIGKILL', { restart: true });
    await topology.waitHealthy(NEW_DATABASE);
  };
  const move = await moves.request(QUARTER, NEW_SHARD);
  await moves.watch(move, isBeingCopied);
  await killAndWait();
  say(`    ${NEW_SHARD} was killed while slots were copied to it, and is back`);
  await moves.copied(move);
  await moves.switch(move);
  await killAndWait();
  say(`    ${NEW_SHARD} was killed while it served, and is back`);
  await moves.reverse(move);
  await moves.thereAndBack(move, writing.isEnough);
  await moves.drop(move);
}

async function moveWithDeafRouter({ site, topology }: Scene, writing: Writing): Promise<void> {
  const { moves } = site;
  const router = await runInstead(topology, 'order-service', 2, {
    program: 'apps/order-service/dist/main.js',
    variables: { DIRECTORY_PUSH: 'off' },
  });
  try {
    const health = `${topology.url('order-service', 2)}/health/ready`;
    await eventually(async () => (await fetch(health)).ok, { within: 60_000, every: 100 });
    const move = await moves.request(QUARTER, NEW_SHARD);
    await moves.copied(move);
    await moves.switch(move);
    await moves.reverse(move);
    await moves.thereAndBack(move, writing.isEnough);
    await moves.drop(move);
  } finally {
    await router.stop(20_000);
    await topology.start('order-service', 2);
    await topology.waitHealthy('order-service');
  }
}

function sliceOf(index: number): string {
  const [first, second] = [index * SLICE, 2_048 + index * SLICE];
  return `${first}-${first + SLICE - 1},${second}-${second + SLICE - 1}`;
}
