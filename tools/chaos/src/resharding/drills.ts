import { type ShardMove } from '@groundwork/contracts';
import { type MoverStep } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { type RunningTopology } from '@groundwork/topology';
import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, type MeasuredPause, type Site } from './drill.ts';
import { type DrillName } from './drill-names.ts';
import { type MoverProcess, runInstead } from './mover-process.ts';

/** A quarter of the slots, half of them from each of the two shards. */
const QUARTER = '1536-2047,3584-4095';
const NEW_SHARD = 'shard-3';
const NEW_DATABASE = 'postgres-shard-3';
/** Slots of each of the two shards that move for each step at which the mover is killed: in all, a quarter again. */
const SLICE = 29;
const KILLED_WITHIN_MS = 90_000;

export interface Scene {
  readonly site: Site;
  readonly topology: RunningTopology;
  readonly mover: MoverProcess;
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Kill the mover at these steps only. */
  readonly killAt: readonly MoverStep[];
}

/** The drills, in the order in which they are run: each leaves what the next one needs. */
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
      run: () => moveQuarter(scene, state),
    },
    reverse: {
      ...common,
      name: 'reverse',
      title: 'They are taken back, and the copies go',
      orders: fewer,
      run: () => takeBack(scene, state),
    },
    restart: {
      ...common,
      name: 'restart',
      title: 'The same while the new shard is killed, as copy and as owner',
      orders: fewer,
      mayDefer: true,
      run: () => moveWithShardKilled(scene),
    },
    push: {
      ...common,
      name: 'push',
      title: 'The same with a router that misses the push',
      orders: fewer,
      run: () => moveWithDeafRouter(scene),
    },
    kill: {
      name: 'kill',
      title: `The same with the mover killed at each of ${slices.length} steps`,
      slots: slices.map(({ slots }) => slots).join(','),
      orders: fewer,
      ordersPerSecond,
      customers: 1_000,
      run: () => moveWithMoverKilled(scene, slices),
    },
  };
}

async function moveQuarter({ site }: Scene, state: { move?: ShardMove }): Promise<MeasuredPause[]> {
  const { moves, say } = site;
  const move = await moves.request(QUARTER, NEW_SHARD);
  state.move = move;
  say(`    move ${move.id}: ${move.slots} slots in ${move.chunks.length} chunks`);
  await moves.copied(move);
  say('    copied; comparing');
  await moves.verify(move);
  say('    both sides are equal; switching');
  return pauseOf(await moves.switch(move));
}

async function takeBack(scene: Scene, state: { move?: ShardMove }): Promise<MeasuredPause[]> {
  const { moves, say } = scene.site;
  if (state.move === undefined) await moveQuarter(scene, state);
  const move = state.move as ShardMove;
  const reversed = await moves.reverse(move);
  say('    taken back; dropping the copies');
  await moves.drop(move);
  delete state.move;
  return pauseOf(reversed);
}

async function moveWithShardKilled({ site, topology }: Scene): Promise<MeasuredPause[]> {
  const { moves, say } = site;
  const killAndWait = async () => {
    await topology.kill(NEW_DATABASE, 1, 'SIGKILL', { restart: true });
    await topology.waitHealthy(NEW_DATABASE);
  };
  const move = await moves.request(QUARTER, NEW_SHARD);
  await pause(500);
  await killAndWait();
  say(`    ${NEW_SHARD} was killed while slots were copied to it, and is back`);
  await moves.copied(move);
  const switched = await moves.switch(move);
  await killAndWait();
  say(`    ${NEW_SHARD} was killed while it served, and is back`);
  const reversed = await moves.reverse(move);
  await moves.drop(move);
  return [...pauseOf(switched), ...pauseOf(reversed)];
}

async function moveWithDeafRouter({ site, topology }: Scene): Promise<MeasuredPause[]> {
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
    const switched = await moves.switch(move);
    const reversed = await moves.reverse(move);
    await moves.drop(move);
    return [...pauseOf(switched), ...pauseOf(reversed)];
  } finally {
    await router.stop(20_000);
    await topology.start('order-service', 2);
    await topology.waitHealthy('order-service');
  }
}

interface Slice {
  readonly step: MoverStep;
  readonly slots: string;
}

async function moveWithMoverKilled(
  { site, mover }: Scene,
  slices: readonly Slice[],
): Promise<MeasuredPause[]> {
  const pauses: MeasuredPause[] = [];
  try {
    for (const slice of slices) {
      const began = Date.now();
      await mover.stop();
      await mover.start(slice.step);
      const killed = mover.killed(slice.step, KILLED_WITHIN_MS).then(() => mover.start());
      const [switched] = await Promise.all([moveSlice(site, slice, killed), killed]);
      pauses.push(...pauseOf(switched));
      const seconds = ((Date.now() - began) / 1_000).toFixed(1);
      site.say(`    killed at ${slice.step.padEnd(18)} moved and dropped all the same, ${seconds} s`);
    }
  } finally {
    await mover.stop();
    await mover.start();
  }
  return pauses;
}

async function moveSlice({ moves }: Site, { step, slots }: Slice, killed: Promise<void>): Promise<ShardMove> {
  const move = await moves.request(slots, NEW_SHARD);
  await moves.copied(move);
  // Changes are brought over now and then, when there are any.
  if (step.startsWith('changes-')) await killed;
  const switched = await moves.switch(move);
  await moves.drop(move);
  return switched;
}

function sliceOf(index: number): string {
  const [first, second] = [index * SLICE, 2_048 + index * SLICE];
  return `${first}-${first + SLICE - 1},${second}-${second + SLICE - 1}`;
}

function pauseOf({ pauseMs }: ShardMove): MeasuredPause[] {
  return pauseMs === null ? [] : [pauseMs];
}
