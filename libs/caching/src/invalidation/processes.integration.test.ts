import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startPartitionableProxy, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { type Answer, type CacheProcess, startProcess } from '../../test/cache-process.ts';

const PROCESSES = 8;

describe(`the caches of ${PROCESSES} processes`, () => {
  let server: Awaited<ReturnType<typeof startTestRedis>>;
  let source: Redis;
  let proxy: Awaited<ReturnType<typeof startPartitionableProxy>>;
  let all: CacheProcess[];
  let waitedForFrozenMs: number;
  /** Its connections go through the proxy. */
  let distant: CacheProcess;

  beforeAll(async () => {
    server = await startTestRedis();
    source = new Redis(server.url);
    proxy = await startPartitionableProxy(server.url);
    all = await Promise.all(
      Array.from({ length: PROCESSES }, (_, index) =>
        startProcess(index === 0 ? proxy.url : server.url, server.url),
      ),
    );
    distant = all[0]!;
    await eventually(async () => (await distant.ask('change', 'warm')).everywhere);
  });
  afterAll(async () => {
    await Promise.all(all.map(({ kill }) => kill()));
    source.disconnect();
    await proxy.stop();
    await server.stop();
  });

  const readAll = (key: string) => Promise.all(all.map(({ ask }) => ask('read', key)));

  it('load a key once for 1000 misses in each of them', async () => {
    const answers = await Promise.all(all.map(({ ask }) => ask('herd', 'slow-herd', 1_000)));
    expect(answers.flatMap(({ values }) => values)).toEqual(Array(PROCESSES).fill(0));
    expect(await source.get('loads:slow-herd')).toBe('1');
  });

  it('serve no older value after an awaited invalidation, in 1000 changes during loads', async () => {
    const stale: string[] = [];
    let everywhereCount = 0;
    const keys = Array.from({ length: 10 }, (_, index) => `slow-${index}`);
    await Promise.all(
      keys.map(async (key, index) => {
        for (let round = 0; round < 100; round += 1) {
          // Loads are in flight in some processes, and their results on the way to L1 of others.
          const during = all.filter(() => Math.random() < 0.5).map(({ ask }) => ask('read', key));
          const { version, everywhere } = await all[(index + round) % PROCESSES]!.ask('change', key);
          if (everywhere) everywhereCount += 1;
          for (const { value } of await readAll(key))
            if (everywhere && value < version) stale.push(`${key}: ${value} after ${version}`);
          await Promise.all(during);
        }
      }),
    );
    expect(stale).toEqual([]);
    // On a machine that is busy, a call to Redis may take too long. Then the change says that it is not everywhere.
    expect(everywhereCount).toBeGreaterThan(900);
  });

  it('answer most reads from L1 between changes', async () => {
    await readAll('calm');
    expect((await readAll('calm')).map(({ from }) => from)).toEqual(Array(PROCESSES).fill('hit-l1'));
  });

  /** Versions that were served to a read that started after the change had ended. */
  const servedAfter = ({ versions }: Answer, { version, at }: Answer) =>
    Object.entries(versions).filter(([served, startedAt]) => Number(served) < version && startedAt > at);

  it('serve only new values after SIGSTOP and SIGCONT; others wait for the end of its trust, once', async () => {
    const [, frozen, other] = all as [never, (typeof all)[0], (typeof all)[0]];
    await frozen.ask('watch', 'frozen');
    await eventually(async () => (await frozen.ask('read', 'frozen')).from === 'hit-l1');
    frozen.child.kill('SIGSTOP');
    const first = await other.ask('change', 'frozen');
    expect(first.everywhere).toBe(true);
    // The frozen process is forgotten now: the second change does not wait for it.
    const second = await other.ask('change', 'frozen');
    waitedForFrozenMs = first.tookMs;
    expect(second.tookMs).toBeLessThan(waitedForFrozenMs / 2);
    frozen.child.kill('SIGCONT');
    await eventually(async () => (await frozen.ask('read', 'frozen')).from === 'hit-l1');
    expect(servedAfter(await frozen.ask('unwatch'), second)).toEqual([]);
    expect((await frozen.ask('read', 'frozen')).value).toBe(second.version);
  });

  it('serve nothing old while their connection is cut, then continue without emptying L1 or L2', async () => {
    const [, , other] = all as [never, never, (typeof all)[0]];
    await readAll('kept');
    await distant.ask('watch', 'cut');
    await eventually(async () => (await distant.ask('read', 'cut')).from === 'hit-l1');
    proxy.partition();
    const change = await other.ask('change', 'cut');
    await eventually(async () => (await distant.ask('read', 'cut')).value === change.version);
    expect((await distant.ask('change', 'cut')).everywhere).toBe(false);
    proxy.heal();
    await eventually(async () => (await distant.ask('change', 'warm')).everywhere);
    await eventually(async () => (await distant.ask('read', 'cut')).from === 'hit-l1');
    expect(servedAfter(await distant.ask('unwatch'), change)).toEqual([]);
    expect((await distant.ask('read', 'kept')).from).toBe('hit-l1');
    expect((await other.ask('read', 'kept')).from).toBe('hit-l1');
    expect(await source.get('loads:kept')).toBe('1');
    // What it could not tell the others during the cut, they know now.
    const newest = Number(await source.get('source:cut'));
    await eventually(async () => (await readAll('cut')).every(({ value }) => value === newest));
  });

  it('keep L2 when processes start, and do not wait for those that have closed', async () => {
    await readAll('restarted');
    const next = await startProcess(server.url, server.url);
    expect((await next.ask('read', 'restarted')).from).toBe('hit-l2');
    await next.ask('close');
    await next.kill();
    const [, , other] = all as [never, never, (typeof all)[0]];
    expect((await other.ask('change', 'restarted')).tookMs).toBeLessThan(waitedForFrozenMs / 2);
    expect(await source.get('loads:restarted')).toBe('1');
  });
});
