import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnMover } from '../../../../test/killable-mover.ts';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { MOVER_LOCK } from './mover-lock.ts';
import { MoveDesk } from './move-desk.ts';
import { type ChunkStatus } from './move-status.ts';

const SLOTS = [40, 41];
describe('a mover that stands by', () => {
  let shop: SmallShop;
  let desk: MoveDesk;
  let standby: StartedMover | undefined;
  const others: { stop(): unknown }[] = [];

  beforeEach(async () => {
    shop = await openSmallShop();
    desk = new MoveDesk(shop.directory);
  });

  afterEach(async () => {
    await standby?.stop();
    await Promise.all(others.splice(0).map((other) => other.stop()));
    standby = undefined;
    await shop.close();
  });

  const allAre = (id: string, wanted: (chunk: ChunkStatus) => boolean) =>
    eventually(async () => (await desk.move(id)).chunks.every(wanted));

  const standsBy = async () => {
    standby = startMover(shop, { name: { holder: 'second', pid: 2 } });
    await eventually(() => standby!.mover.role === 'standing by');
  };

  const startFirst = (): StartedMover => {
    const first = startMover(shop, { name: { holder: 'first', pid: 1 } });
    others.push(first);
    return first;
  };

  /** Who has the lock of the directory (granted) or waits for it. */
  const inLine = async (granted: boolean) => {
    const { rows } = await shop.directory.query<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and objid = ${MOVER_LOCK} and granted = $1
         and database = (select oid from pg_database where datname = current_database())`,
      [granted],
    );
    return rows.map(({ pid }) => pid);
  };

  it('finishes the switch in whose midst the one at work was killed', async () => {
    const first = spawnMover(shop.directoryUrl, 'switch-let-go');
    others.push({ stop: () => first.child.kill('SIGKILL') });
    await eventually(async () => (await inLine(true)).length === 1);
    await standsBy();
    const { id } = await desk.request({ moves: [{ to: 'shard-3', slots: SLOTS }] });
    await allAre(id, ({ phase }) => phase === 'following');
    expect(standby!.mover.isActive).toBe(false);
    await desk.want(id, 'switch');
    expect(await first.ended).toBe('SIGKILL');
    await allAre(id, ({ owner, phase }) => owner === 'shard-3' && phase === 'following');
    expect(standby!.mover.isActive).toBe(true);
  });

  it.each(['copy-finished', 'switch-let-go'] as const)(
    'takes over from a mover that was frozen at %s, and the slots can be written to again',
    async (step) => {
      const first = spawnMover(shop.directoryUrl, step, 'SIGSTOP');
      others.push({ stop: () => first.child.kill('SIGKILL') });
      await eventually(async () => (await inLine(true)).length === 1);
      await standsBy();
      const { id } = await desk.request({ moves: [{ to: 'shard-3', slots: SLOTS }] });
      await eventually(async () => (await desk.move(id)).chunks[0]!.phase === 'following');
      await desk.want(id, 'switch');
      await allAre(id, ({ owner, phase }) => owner === 'shard-3' && phase === 'following');
      expect(standby!.mover.isActive).toBe(true);
      const [{ epoch }] = (await shop.on<{ epoch: string }>(
        'shard-3',
        'select epoch from slot_ownership where slot = 40',
      )) as [{ epoch: string }];
      await shop.on('shard-3', 'select try_fence_slot(40::smallint, $1)', [epoch]);

      // The frozen mover wakes up without its lock, changes nothing, and stands by.
      first.child.kill('SIGCONT');
      await eventually(async () => (await inLine(false)).length === 1);
      expect(standby!.mover.isActive).toBe(true);
      expect((await desk.move(id)).chunks[0]).toMatchObject({ owner: 'shard-3', phase: 'following' });
    },
  );

  it('is next in line, in the database, and takes over when the connection of the other ends', async () => {
    const first = startFirst();
    await eventually(() => first.mover.isActive);
    await standsBy();
    await eventually(async () => (await inLine(false)).length === 1);
    const [waiting] = await inLine(false);
    expect(standby!.warnings).toEqual([
      expect.stringMatching(/standing by.*another mover is at work: first, process 1/),
    ]);
    await shop.directory.query('select pg_terminate_backend($1)', await inLine(true));
    await eventually(() => standby!.mover.isActive);
    expect(await inLine(true)).toEqual([waiting]);
    // They have changed places, and there was never more than one lock.
    await eventually(() => first.mover.role === 'standing by');
  });

  it('leaves the line when it is told to stop', async () => {
    const first = startFirst();
    await eventually(() => first.mover.isActive);
    await standsBy();
    await eventually(async () => (await inLine(false)).length === 1);
    await standby!.stop();
    await eventually(async () => (await inLine(false)).length === 0);
    expect(first.mover.isActive).toBe(true);
  });
});
