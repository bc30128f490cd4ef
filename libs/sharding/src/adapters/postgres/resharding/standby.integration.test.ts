import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnMover } from '../../../../test/killable-mover.ts';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { startMover, type StartedMover } from '../../../../test/start-mover.ts';
import { MOVER_LOCK } from './mover-lock.ts';
import { MoveDesk } from './move-desk.ts';
import { type ChunkStatus } from './move-status.ts';

const SLOTS = [40, 41];
describe('a standby mover', () => {
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

  /** Returns the sessions that hold the lock of the directory (granted), or wait for it. */
  const inLine = async (granted: boolean) => {
    const { rows } = await shop.directory.query<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and objid = ${MOVER_LOCK} and granted = $1
         and database = (select oid from pg_database where datname = current_database())`,
      [granted],
    );
    return rows.map(({ pid }) => pid);
  };

  it('finishes the switch during which the active mover was killed', async () => {
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
    'takes over from a mover that was frozen at %s, so that the slots accept writes again',
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

  it('waits in the lock queue of the database, and takes over when the connection of the active one ends', async () => {
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
    // The movers have changed roles, and only one ever held the lock.
    await eventually(() => first.mover.role === 'standing by');
  });

  it('leaves the lock queue when it is stopped', async () => {
    const first = startFirst();
    await eventually(() => first.mover.isActive);
    await standsBy();
    await eventually(async () => (await inLine(false)).length === 1);
    await standby!.stop();
    await eventually(async () => (await inLine(false)).length === 0);
    expect(first.mover.isActive).toBe(true);
  });
});
