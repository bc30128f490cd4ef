import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { limitStoreConformance } from '../../conformance/limit-store.conformance.ts';
import { type Decision } from '../../gcra/decision.ts';
import { type RatePolicy, ratePolicy } from '../../gcra/rate-policy.ts';
import { Limiter } from '../../limiter/limiter.ts';
import { RedisLimitStore } from './redis-limit-store.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let inspector: Redis;
beforeAll(async () => {
  redis = await startTestRedis();
  inspector = new Redis(redis.url);
  inspector.on('error', () => undefined);
});
afterAll(async () => {
  inspector.disconnect();
  await redis.stop();
});

const take = async (store: RedisLimitStore, policy: RatePolicy, key: string, cost: number) =>
  (await store.take([{ policy, key, cost }]))[0] as Decision;

const scriptCalls = async () =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await inspector.info('commandstats'))?.[1]);

async function connectStore(): Promise<RedisLimitStore> {
  // These tests check exactness. With a long deadline, a busy machine does not turn a decision into a failure.
  const store = new RedisLimitStore({ url: redis.url, commandTimeoutMs: 5_000 });
  await eventually(() => store.ping().then(() => true));
  return store;
}

limitStoreConformance('the Redis store', connectStore);

describe('limiters that share a Redis', () => {
  const stores: RedisLimitStore[] = [];
  beforeAll(async () => {
    for (let index = 0; index < 4; index += 1) stores.push(await connectStore());
  });
  afterAll(() => Promise.all(stores.map((store) => store.close())));

  /** Lets every store take one unit after the other for `forMs`. Returns the admitted units and the time it took. */
  async function hammer(policy: RatePolicy, forMs: number, disturb?: () => Promise<unknown>) {
    let admitted = 0;
    const startedAt = performance.now();
    const lanes = stores.flatMap((store) => Array.from({ length: 8 }, () => store));
    await Promise.all(
      lanes.map(async (store) => {
        while (performance.now() - startedAt < forMs) {
          if ((await take(store, policy, 'shared', 1)).allowed) admitted += 1;
          await disturb?.();
        }
      }),
    );
    return { admitted, seconds: (performance.now() - startedAt) / 1_000 };
  }

  it('together admit at most capacity + rate * t, and reach that rate', async () => {
    const policy = ratePolicy({ name: 'exact', capacity: 50, ratePerSecond: 200 });
    const { admitted, seconds } = await hammer(policy, 1_500);
    expect(admitted).toBeLessThanOrEqual(50 + 200 * seconds);
    expect(admitted).toBeGreaterThanOrEqual(50 + 200 * 1.5 - 10);
  });

  it('stay exact while the script is flushed repeatedly', async () => {
    const policy = ratePolicy({ name: 'flushed', capacity: 40, ratePerSecond: 100 });
    let decisions = 0;
    const { admitted, seconds } = await hammer(policy, 1_000, async () => {
      if ((decisions += 1) % 20 === 0) await inspector.script('FLUSH');
    });
    expect(admitted).toBeLessThanOrEqual(40 + 100 * seconds);
    expect(admitted).toBeGreaterThanOrEqual(40 + 100 - 10);
  });

  it('share weighted costs', async () => {
    const policy = ratePolicy({ name: 'weighted', capacity: 100, ratePerSecond: 0.001 });
    const costs = Array.from({ length: 80 }, (_, index) => 1 + (index % 5));
    const decisions = await Promise.all(
      costs.map(async (cost, index) => ({ cost, ...(await take(stores[index % 4]!, policy, 'key', cost)) })),
    );
    const units = decisions.filter(({ allowed }) => allowed).reduce((sum, { cost }) => sum + cost, 0);
    expect(units).toBe(100);
  });

  it('leave no key in Redis once the bucket is full again', async () => {
    const policy = ratePolicy({ name: 'expiring', capacity: 10, ratePerSecond: 100 });
    const { resetMs } = await take(stores[0]!, policy, 'key', 10);
    const ttl = await inspector.pttl('{limit}:expiring:key');
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(resetMs);
    await eventually(async () => (await inspector.exists('{limit}:expiring:key')) === 0);
  });

  it('take a value of another type for a full bucket, and do not let it fail the other decisions of the turn', async () => {
    const policy = ratePolicy({ name: 'mixed', capacity: 2, ratePerSecond: 0.001 });
    await inspector.rpush('{limit}:mixed:list', 'foreign');
    await inspector.set('{limit}:mixed:text', 'not a number');
    const keys = ['list', 'text', 'new', 'list', 'list'];
    const decisions = await Promise.all(keys.map((key) => take(stores[0]!, policy, key, 1)));
    expect(decisions.map(({ remaining }) => remaining)).toEqual([1, 1, 1, 0, 0]);
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, true, false]);
  });

  it('store every digit of the instant', async () => {
    await take(stores[0]!, ratePolicy({ name: 'digits', capacity: 10, ratePerSecond: 1 }), 'key', 1);
    expect(await inspector.get('{limit}:digits:key')).toMatch(/^\d{16}$/);
  });

  it('decide all charges of one turn of the event loop in one script call', async () => {
    const policies = ['turn-a', 'turn-b'].map((name) =>
      ratePolicy({ name, capacity: 5, ratePerSecond: 0.001 }),
    );
    const charges = (key: string) => policies.map((policy) => ({ policy, key, cost: 1 }));
    await stores[0]!.take(charges('first'));
    const before = await scriptCalls();
    const decisions = await Promise.all(
      Array.from({ length: 30 }, (_, index) => stores[0]!.take(charges(`key-${index % 3}`))),
    );
    expect(await scriptCalls()).toBe(before + 1);
    const admitted = decisions.filter((both) => both.every(({ allowed }) => allowed));
    expect(admitted).toHaveLength(15);
    expect(decisions[0]).toMatchObject([{ remaining: 4 }, { remaining: 4 }]);
    expect(decisions[3]).toMatchObject([{ remaining: 3 }, { remaining: 3 }]);
  });

  it('decide in one round trip', async () => {
    const policy = ratePolicy({ name: 'one-trip', capacity: 10, ratePerSecond: 1 });
    await take(stores[0]!, policy, 'key', 1);
    const before = await scriptCalls();
    await take(stores[0]!, policy, 'key', 1);
    expect(await scriptCalls()).toBe(before + 1);
  });
});

describe('a denied key', () => {
  it('costs no round trip until the time at which it is admitted again', async () => {
    const limiter = new Limiter({ store: await connectStore(), processes: 1 });
    const policy = ratePolicy({ name: 'flooded', capacity: 5, ratePerSecond: 0.01 });
    for (let taken = 0; taken < 6; taken += 1) await limiter.take(policy, 'key');
    const before = await scriptCalls();
    for (let floods = 0; floods < 1_000; floods += 1)
      expect((await limiter.take(policy, 'key')).allowed).toBe(false);
    expect(await scriptCalls()).toBe(before);
    await limiter.close();
  });
});

describe('the deadline of a decision', () => {
  const policy = ratePolicy({ name: 'deadline', capacity: 100, ratePerSecond: 1 });
  const errors: string[] = [];
  let store: RedisLimitStore;
  beforeAll(async () => {
    store = new RedisLimitStore({ url: redis.url, onConnectionError: ({ message }) => errors.push(message) });
    await eventually(() => take(store, policy, 'first', 1));
  });
  afterAll(() => store.close());

  it('does not count a stall of this process as a failure of Redis', async () => {
    const decision = take(store, policy, 'stalled', 1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    await expect(decision).resolves.toMatchObject({ allowed: true, decidedBy: 'shared' });
  });

  it('closes a connection that stays silent, and the next connection answers', async () => {
    redis.pause();
    await expect(take(store, policy, 'silent', 1)).rejects.toMatchObject({ code: 'limit-store-unavailable' });
    await eventually(() => errors.includes('the connection is silent: closing it'));
    redis.resume();
    await eventually(async () => (await take(store, policy, 'again', 1)).decidedBy === 'shared');
  });
});

describe('a limiter whose Redis becomes unavailable', () => {
  const policy = ratePolicy({ name: 'outage', capacity: 40, ratePerSecond: 0.001 });
  let limiter: Limiter;
  beforeAll(async () => {
    limiter = new Limiter({ store: new RedisLimitStore({ url: redis.url }), processes: 4 });
    await eventually(() => limiter.ping().then(() => true));
  });
  afterAll(() => limiter.close());

  const takeMany = async (key: string, count: number) => {
    const decisions = [];
    for (let index = 0; index < count; index += 1) decisions.push(await limiter.take(policy, key));
    return decisions;
  };
  const comesBack = (key: string) =>
    eventually(async () => (await limiter.take(policy, key)).decidedBy === 'shared');

  it('admits its local share while Redis is dead, and uses Redis again after a restart', async () => {
    await comesBack('before-death');
    await redis.kill();
    const decisions = await takeMany('dead', 40);
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(decisions.every(({ decidedBy }) => decidedBy === 'local')).toBe(true);
    await redis.restart();
    await comesBack('after-death');
  });

  it('waits at most the command timeout for a paused Redis, then not at all', async () => {
    await comesBack('before-pause');
    redis.pause();
    const waits: number[] = [];
    for (let index = 0; index < 40; index += 1) {
      const startedAt = performance.now();
      await limiter.take(policy, 'paused');
      waits.push(performance.now() - startedAt);
    }
    const slow = waits.filter((wait) => wait > 25);
    expect(slow.length).toBeLessThanOrEqual(4);
    expect(Math.max(...waits)).toBeLessThan(500);
    redis.resume();
    await comesBack('after-pause');
  });
});

describe('a Redis that does not accept writes', () => {
  const policy = ratePolicy({ name: 'no-writes', capacity: 10, ratePerSecond: 0.001 });
  let limiter: Limiter;
  let failures: string[];
  beforeAll(async () => {
    const store = new RedisLimitStore({ url: redis.url, commandTimeoutMs: 5_000 });
    const onStoreFailure = (error: unknown) => failures.push(String((error as Error).cause));
    failures = [];
    limiter = new Limiter({ store, processes: 2, onStoreFailure });
    await eventually(() => limiter.ping().then(() => true));
  });
  afterAll(() => limiter.close());

  it.each([
    {
      state: 'full',
      begin: () => inspector.config('SET', 'maxmemory', '1'),
      end: () => inspector.config('SET', 'maxmemory', '0'),
      failure: 'OOM',
    },
    {
      state: 'read-only, as after a failover',
      begin: () => inspector.call('REPLICAOF', '127.0.0.1', '1'),
      end: () => inspector.call('REPLICAOF', 'NO', 'ONE'),
      failure: 'READONLY',
    },
  ])(
    'because it is $state: the local share decides, and Redis decides again afterwards',
    async ({ begin, end, failure }) => {
      failures.length = 0;
      await begin();
      const decisions = [];
      for (let request = 0; request < 20; request += 1) decisions.push(await limiter.take(policy, failure));
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(5);
      expect(decisions.every(({ decidedBy }) => decidedBy === 'local')).toBe(true);
      expect(failures[0]).toContain(failure);
      await end();
      await eventually(async () => (await limiter.take(policy, `${failure}-again`)).decidedBy === 'shared');
    },
  );

  it('reconnects when it is read-only: after a failover, the name of the primary leads to another server', async () => {
    const clients = async () =>
      Number(/total_connections_received:(\d+)/.exec(await inspector.info('stats'))?.[1]);
    const before = await clients();
    await inspector.call('REPLICAOF', '127.0.0.1', '1');
    await limiter.take(policy, 'failover');
    await eventually(async () => (await clients()) > before);
    await inspector.call('REPLICAOF', 'NO', 'ONE');
    await eventually(async () => (await limiter.take(policy, 'failover-again')).decidedBy === 'shared');
  });
});
