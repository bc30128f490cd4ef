import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { startDurableRedis } from '../../../test/start-durable-redis.ts';
import { describeWriteLog } from '../../conformance/write-log.conformance.ts';
import { type Write } from '../../write-behind/write-log.ts';
import { RedisWriteLog } from './redis-write-log.ts';

const LIMITS = { maxEntries: 10_000, maxBytes: 100_000_000 };
const view: Write = { collection: 'views', key: 'a', change: { op: 'add', amount: 1 } };

let server: Awaited<ReturnType<typeof startTestRedis>>;
let inspector: Redis;
beforeAll(async () => {
  server = await startDurableRedis();
  inspector = new Redis(server.url);
  inspector.on('error', () => undefined);
});
afterAll(async () => {
  inspector.disconnect();
  await server.stop();
});

async function connect(name: string, url = server.url): Promise<RedisWriteLog> {
  const log = new RedisWriteLog({ url, name, commandTimeoutMs: 10_000 });
  await eventually(() => log.read(0, 0).then(() => true));
  return log;
}

const admit = async (log: RedisWriteLog, stored: number) => log.admit(await log.identify(), stored);
const settle = async (log: RedisWriteLog, through: number) =>
  log.settle((await log.identify()).log, through, true);

describeWriteLog('the Redis log', async (name) => {
  const log = await connect(name);
  return { log, close: () => log.close() };
});

describe('a log in Redis', () => {
  it('has every acknowledged entry after kill -9 of its server in the middle of appends', async () => {
    const log = await connect('killed');
    await admit(log, 0);
    const acknowledged: number[] = [];
    let isOver = false;
    const appendForever = async () => {
      while (!isOver) {
        const answer = await log.append(view, LIMITS).catch(() => ({ outcome: 'failed' }) as const);
        if (answer.outcome === 'appended') acknowledged.push(answer.position);
        else await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const appending = Promise.all([appendForever(), appendForever(), appendForever()]);
    await eventually(async () => acknowledged.length > 200);
    await server.kill();
    isOver = true;
    await appending;
    await server.restart();
    const { entries } = await eventually(() => log.read(0, 100_000));
    const kept = new Set(entries.map(({ position }) => position));
    expect(acknowledged.filter((position) => !kept.has(position))).toEqual([]);
    log.close();
  });

  it('refuses writes to a restarted server until it is compared with the store, also over an old connection', async () => {
    const log = await connect('restarted');
    await admit(log, 0);
    expect((await log.append(view, LIMITS)).outcome).toBe('appended');
    await server.kill();
    await server.restart();
    await eventually(() => log.read(0, 0).then(() => true));
    expect(await log.append(view, LIMITS)).toEqual({ outcome: 'not-admitted' });
    expect(await admit(log, 0)).toMatchObject({ last: 1, entries: 1 });
    expect(await log.append(view, LIMITS)).toEqual({ outcome: 'appended', position: 2 });
    log.close();
  });

  it('continues after the position of the store when its server has lost everything', async () => {
    const log = await connect('lost');
    await admit(log, 0);
    await log.append(view, LIMITS);
    await inspector.flushall();
    expect(await log.append(view, LIMITS)).toEqual({ outcome: 'not-admitted' });
    expect(await admit(log, 41)).toMatchObject({ last: 0, settled: 0, entries: 0, bytes: 0 });
    expect(await log.append(view, LIMITS)).toEqual({ outcome: 'appended', position: 42 });
    log.close();
  });

  it('refuses a server that could lose writes, before anything is written, unless it is told to trust it', async () => {
    const weak = await startTestRedis();
    const log = await connect('weak', weak.url);
    await expect(admit(log, 0)).rejects.toMatchObject({ code: 'redis-not-durable', retryable: false });
    await expect(log.append(view, LIMITS)).rejects.toMatchObject({ code: 'redis-not-durable' });
    await expect(log.ping()).rejects.toMatchObject({ code: 'redis-not-durable' });
    log.close();
    const unchecked = new RedisWriteLog({ url: weak.url, name: 'weak', durability: 'unchecked' });
    await eventually(() => admit(unchecked, 0));
    expect((await unchecked.append(view, LIMITS)).outcome).toBe('appended');
    unchecked.close();
    await weak.stop();
  });

  it('says that nothing was written when it is asked without a connection', async () => {
    const log = await connect('closed');
    log.close();
    await expect(log.ping()).rejects.toMatchObject({ code: 'write-log-unavailable', outcome: 'not-written' });
  });

  it('says that it is full when its server has no memory, writes nothing, and still settles', async () => {
    const small = await startDurableRedis('--maxmemory', '4mb');
    const log = await connect('small', small.url);
    await admit(log, 0);
    const large: Write = {
      collection: 'carts',
      key: 'a',
      change: { op: 'put', json: JSON.stringify('x'.repeat(50_000)) },
    };
    let answer = await log.append(large, LIMITS);
    while (answer.outcome === 'appended') answer = await log.append(large, LIMITS);
    expect(answer).toEqual({ outcome: 'full' });
    const { state } = await log.read(0, 0);
    const positions: number[] = [];
    while (positions.length < state.entries) {
      const { entries } = await log.read(positions.at(-1) ?? 0, 1_000);
      positions.push(...entries.map(({ position }) => position));
    }
    expect(positions).toEqual(Array.from({ length: state.last }, (_, index) => index + 1));
    expect(state.entries).toBe(state.last);
    await settle(log, state.last);
    expect((await log.append(large, LIMITS)).outcome).toBe('appended');
    log.close();
    await small.stop();
  });

  it('settles a part of a hot counter, and admits a restarted server, while it has no memory', async () => {
    const small = await startDurableRedis('--maxmemory', '4mb');
    const log = await connect('hot', small.url);
    await admit(log, 0);
    for (let count = 0; count < 10; count += 1) await log.append(view, LIMITS);
    const large: Write = {
      ...{ collection: 'carts', key: 'a', change: { op: 'put', json: JSON.stringify('x'.repeat(50_000)) } },
    };
    let answer = await log.append(large, LIMITS);
    while (answer.outcome === 'appended') answer = await log.append(large, LIMITS);
    await settle(log, 5);
    expect(await log.pending('views', 'a')).toMatchObject({ settled: 5, sum: 5 });
    await small.kill();
    await small.restart();
    await eventually(() => admit(log, 5));
    const { state } = await log.read(0, 0);
    await settle(log, state.last);
    expect((await log.append(large, LIMITS)).outcome).toBe('appended');
    log.close();
    await small.stop();
  });

  it('returns large entries in parts', async () => {
    const log = await connect('parts');
    await admit(log, 0);
    const json = JSON.stringify('x'.repeat(200_000));
    for (let count = 0; count < 10; count += 1)
      await log.append({ collection: 'carts', key: String(count), change: { op: 'put', json } }, LIMITS);
    const { entries } = await log.read(0, 500);
    expect(entries.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await log.read(6, 500)).entries.map(({ position }) => position)).toEqual([7, 8, 9, 10]);
    log.close();
  });

  it('forgets idempotency keys of settled entries after ten thousand more', async () => {
    const log = await connect('tokens');
    await admit(log, 0);
    const keyed = (token: number): Write => ({ ...view, idempotencyKey: String(token) });
    for (let token = 0; token < 10_200; token += 100) {
      const last = token + 100;
      await Promise.all(Array.from({ length: 100 }, (_, index) => log.append(keyed(token + index), LIMITS)));
      await settle(log, last);
    }
    expect(await inspector.hlen('{write-behind:tokens:1}:t')).toBe(10_000);
    expect(await log.append(keyed(10_150), LIMITS)).toMatchObject({ outcome: 'appended' });
    expect((await log.read(0, 10)).entries).toEqual([]);
    log.close();
  });

  it('says whether a write may have been acknowledged when the server does not answer', async () => {
    const own = await startDurableRedis();
    const log = new RedisWriteLog({ url: own.url, name: 'paused', commandTimeoutMs: 300 });
    await eventually(() => admit(log, 0));
    await own.pause();
    await expect(log.append(view, LIMITS)).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
    await own.resume();
    await own.kill();
    await eventually(async () => {
      await expect(log.append(view, LIMITS)).rejects.toMatchObject({ outcome: 'not-written' });
      return true;
    });
    log.close();
    await own.stop();
  });

  it('keeps positions and sums exact beyond 2^31', async () => {
    const log = await connect('large');
    await admit(log, 2 ** 52);
    const write: Write = { collection: 'views', key: 'a', change: { op: 'add', amount: 2 ** 31 - 1 } };
    for (let count = 0; count < 20; count += 1) await log.append(write, LIMITS);
    expect(await log.pending('views', 'a')).toMatchObject({
      position: 2 ** 52 + 20,
      sum: 20 * (2 ** 31 - 1),
    });
    await settle(log, 2 ** 52 + 10);
    expect(await log.pending('views', 'a')).toMatchObject({ sum: 10 * (2 ** 31 - 1) });
    log.close();
  });
});
