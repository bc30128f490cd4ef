import { IdGenerator, IdsUnavailableError, partsOfId, toSlot } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { outputOf, spawnTypescript } from '../../test/spawn-typescript.ts';
import { createShardDatabase } from '../../test/start-order-service.ts';
import { Shard } from '../storage/shard.ts';
import { shardDataSource } from '../storage/shard-data-source.ts';
import { Ids } from './ids.ts';
import { WorkerLease } from './worker-lease.ts';

const slot = toSlot(17);
const silent = { warn: () => undefined };
const unreachable = 'postgres://nobody@127.0.0.1:1/nowhere';

describe('ids', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let shard: Shard;

  beforeEach(async () => {
    database = await createShardDatabase();
    const options = { url: database.url, poolSize: 4, connectTimeoutMs: 1_000 };
    shard = new Shard('shard-1', () => shardDataSource(options));
  });

  afterEach(async () => {
    await shard.close();
    await database.drop();
  });

  const execute = (sql: string) => shard.run(({ manager }) => manager.query(sql));
  const generatorOf = (lease: WorkerLease, now = () => lease.now()) =>
    new IdGenerator({ window: () => lease.window, now });

  it('are unique across two processes, in 100,000 ids of one slot', async () => {
    const processes = [1, 2].map(() =>
      spawnTypescript('test/make-ids.process.ts', { args: [database.url, '50000'] }),
    );
    const [one, two] = (await Promise.all(processes.map(outputOf))).map((text) => text.split('\n'));
    expect(new Set([...one!, ...two!]).size).toBe(100_000);
    expect(partsOfId(one![0]!).worker).not.toBe(partsOfId(two![0]!).worker);
  });

  it('are unavailable after the lease has expired', async () => {
    const lease = new WorkerLease(shard, 'a', 200);
    const generator = generatorOf(lease);
    expect(() => generator.next(slot)).toThrow(IdsUnavailableError);
    await lease.renew();
    expect(partsOfId(generator.next(slot)).slot).toBe(slot);
    await eventually(() => lease.now() > lease.window!.untilMs);
    expect(() => generator.next(slot)).toThrow(IdsUnavailableError);
    await lease.renew();
    generator.next(slot);
  });

  it('of a successor are later than all ids that a process paused past its lease can make', async () => {
    await execute('delete from id_workers where worker > 0');
    const paused = new WorkerLease(shard, 'paused', 300);
    await paused.renew();
    const successor = new WorkerLease(shard, 'successor', 30_000);
    await eventually(async () => {
      await successor.renew();
      return successor.window;
    });
    expect(successor.window!.worker).toBe(paused.window!.worker);
    // Simulates stopped clocks: the process continues where it was, up to the end of its window and no further.
    const stale = generatorOf(paused, () => paused.window!.fromMs);
    let last = stale.next(slot);
    expect(() => {
      for (;;) last = stale.next(slot);
    }).toThrow(IdsUnavailableError);
    expect(BigInt(generatorOf(successor, () => 0).next(slot))).toBeGreaterThan(BigInt(last));
    // The paused process does not get its number back.
    await paused.renew();
    expect(paused.window).toBeUndefined();
  });

  it('have disjoint windows for two leases of one number when the clock of the database is set back', async () => {
    await execute('delete from id_workers where worker > 0');
    const first = new WorkerLease(shard, 'first', 30_000);
    await first.renew();
    const end = first.window!.untilMs;
    // Simulates a clock set back by an hour: by the new time, the lease ends an hour later. Until then the number stays
    // taken.
    await execute(`update id_workers set expires_at = expires_at + interval '1 hour'`);
    const second = new WorkerLease(shard, 'second', 30_000);
    await second.renew();
    expect(second.window).toBeUndefined();
    await first.renew();
    expect(first.window!.untilMs).toBe(end + 3_600_000);
  });

  it('of a slot whose earlier owner had a fast clock are later than its ids at once; other slots are not affected', async () => {
    const ids = new Ids({ all: [shard] }, silent);
    const route = { slot, shard, idsAfterMs: 0 };
    await ids.next(route);
    const idsAfterMs = shard.clock.nowMs() + 3_600_000;
    const made = [await ids.next({ ...route, idsAfterMs }), await ids.next({ ...route, idsAfterMs })];
    for (const id of made) expect(partsOfId(id).atMs).toBeGreaterThan(idsAfterMs);
    expect(BigInt(made[1]!)).toBeGreaterThan(BigInt(made[0]!));
    const other = partsOfId(await ids.next({ ...route, slot: toSlot(18) }));
    expect(other.atMs).toBeLessThan(idsAfterMs - 3_000_000);
    // The next holder of the number cannot make an id that this process may still make.
    const [row] = (await execute(
      `select (extract(epoch from expires_at) * 1000)::float8 as ms from id_workers where worker = ${other.worker}`,
    )) as [{ ms: number }];
    expect(row.ms).toBeGreaterThan(idsAfterMs);
  });

  it('fail with a retryable problem while every worker number is taken', async () => {
    await execute(`update id_workers set holder = 'other', expires_at = now() + interval '1 minute'`);
    const refused = new Ids({ all: [shard] }, silent).next({ slot, shard, idsAfterMs: 0 });
    await expect(refused).rejects.toMatchObject({ status: 503, code: 'unavailable', retryable: true });
  });

  it('fail with a retryable problem while their shard is unreachable', async () => {
    const options = { url: unreachable, poolSize: 2, connectTimeoutMs: 1_000 };
    const lost = new Shard('shard-1', () => shardDataSource(options));
    const refused = new Ids({ all: [lost] }, silent).next({ slot, shard: lost, idsAfterMs: 0 });
    await expect(refused).rejects.toMatchObject({ code: 'shard-unavailable', infrastructure: true });
  });

  it('keep their lease through renewals in the background', async () => {
    const ids = new Ids({ all: [shard] }, silent, 300);
    ids.start();
    try {
      const { worker } = partsOfId(await ids.next({ slot, shard, idsAfterMs: 0 }));
      const endsAt = `select (extract(epoch from expires_at) * 1000)::float8 as ms from id_workers where worker = ${worker}`;
      const [first] = (await execute(endsAt)) as [{ ms: number }];
      await eventually(async () => ((await execute(endsAt)) as [{ ms: number }])[0].ms > first.ms + 300);
      expect(partsOfId(await ids.next({ slot, shard, idsAfterMs: 0 })).worker).toBe(worker);
    } finally {
      ids.stop();
    }
  });
});
