import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { describeLeasingTier } from '../../../conformance/leasing-tier.conformance.ts';
import { describeTier, entryOf } from '../../../conformance/tier.conformance.ts';
import { CodedTier } from '../../../tiers/coded-tier.ts';
import { type LeasingTier } from '../../../tiers/tier.ts';
import { type RedisFence, RedisTier } from '../redis-tier.ts';

/** A tier whose reads and claims are never alone in their turn of the event loop: MGET answers what it can. */
class TierInCompany extends CodedTier<RedisFence> {
  readonly #tier: LeasingTier<RedisFence>;

  constructor(tier: LeasingTier<RedisFence>) {
    super(tier);
    this.#tier = tier;
  }

  override async read(key: string) {
    const [entry] = await Promise.all([super.read(key), this.#tier.read('company')]);
    return entry;
  }

  override async claim(...args: Parameters<CodedTier<RedisFence>['claim']>) {
    const [claim] = await Promise.all([super.claim(...args), this.#tier.read('company')]);
    return claim;
  }
}

async function open() {
  const server = await startTestRedis();
  const redis = new Redis(server.url);
  const stored = new RedisTier(redis, 'test:');
  const close = async () => {
    stored.close();
    redis.disconnect();
    await server.stop();
  };
  return { tier: new TierInCompany(stored), redis, url: server.url, close };
}

describeTier('RedisTier with reads of one turn', open);
describeLeasingTier('RedisTier with reads of one turn', open);

describe('the reads of one turn', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  /** Another process. */
  let other: { readonly tier: CodedTier<RedisFence>; readonly redis: Redis };
  beforeAll(async () => {
    opened = await open();
    const redis = new Redis(opened.url);
    other = { tier: new CodedTier(new RedisTier(redis, 'test:')), redis };
  });
  beforeEach(async () => {
    jest.restoreAllMocks();
    await opened.redis.flushall();
  });
  afterAll(async () => {
    other.redis.disconnect();
    await opened.close();
  });

  const put = async (key: string, value: unknown, tags: string[]) =>
    other.tier.write(key, entryOf(value, { tags }), await other.tier.fence(key, tags));
  const claim = (key: string, tags: string[]) => opened.tier.claim(key, tags, 1_000);
  const commands = () => {
    const sent = jest.spyOn(opened.redis, 'sendCommand');
    return () => sent.mock.calls.map(([command]) => command.name);
  };

  it('are one MGET with their tokens, and the time of Redis, in one round trip', async () => {
    for (const key of ['a', 'b', 'c']) await put(key, key, [`tag-${key}`]);
    const sent = jest.spyOn(opened.redis, 'sendCommand');
    const claims = await Promise.all(['a', 'b'].map((key) => claim(key, [`tag-${key}`])));
    expect(claims).toMatchObject([
      { state: 'hit', entry: { value: 'a', tags: ['tag-a'] } },
      { state: 'hit', entry: { value: 'b', tags: ['tag-b'] } },
    ]);
    const names = sent.mock.calls.map(([{ name, args }]) => [name, ...args.map(String)].join(' '));
    // The key without an entry is the company of each claim. Two scripts answer for it.
    const all = 'test:v:a test:v:company test:v:b test:v:company test:e test:t:tag-a test:t:tag-b';
    expect(names.slice(0, 2)).toEqual(['time', `mget ${all}`]);
    expect(names).toHaveLength(4);
  });

  it('take one command if one is alone: a miss has no second one', async () => {
    const alone = new CodedTier(new RedisTier(opened.redis, 'test:'));
    const names = commands();
    expect((await alone.claim('alone', [], 1_000)).state).toBe('granted');
    expect(await alone.read('alone')).toBeUndefined();
    expect(names()).toHaveLength(2);
    expect(names().filter((name) => !name.startsWith('eval'))).toEqual([]);
  });

  it.each([
    ['its key', { keys: ['a'] }],
    ['its tag', { tags: ['tag'] }],
    ['everything', { everything: true }],
  ])(
    'find no entry that another process has invalidated (%s) since their last read',
    async (_what, target) => {
      await put('a', 'old', ['tag']);
      expect(await claim('a', ['tag'])).toMatchObject({ state: 'hit' });
      await other.tier.invalidate(target);
      expect(await opened.tier.read('a')).toBeUndefined();
      expect(await claim('a', ['tag'])).toMatchObject({ state: 'granted' });
    },
  );

  it.each(['t:tag', 'e'])(
    'find no entry whose token %s was evicted, also after it has a new one',
    async (token) => {
      await put('a', 'old', ['tag']);
      await other.redis.del(`test:${token}`);
      expect(await opened.tier.read('a')).toBeUndefined();
      await put('a', 'old', ['tag']);
      const stored = (await other.redis.getBuffer('test:v:a')) as Buffer;
      await other.redis.del(`test:${token}`);
      await put('b', 'new', ['tag']);
      await other.redis.set('test:v:a', stored);
      expect(await opened.tier.read('a')).toBeUndefined();
    },
  );

  it('serve no value from before an invalidation that ended before they began', async () => {
    let [version, known] = [0, 0];
    let isRunning = true;
    const write = async () => {
      for (; version < 300; known = version) {
        version += 1;
        await other.tier.invalidate(version % 2 === 0 ? { tags: ['tag'] } : { keys: ['raced'] });
        known = version;
        await put('raced', version, ['tag']);
      }
      isRunning = false;
    };
    const stale: string[] = [];
    let hits = 0;
    const read = async () => {
      while (isRunning) {
        const oldest = known;
        const found = await opened.tier.read('raced');
        if (found !== undefined) hits += 1;
        if (found !== undefined && Number(found.value) < oldest)
          stale.push(`${String(found.value)} after ${oldest}`);
      }
    };
    await Promise.all([write(), ...Array.from({ length: 16 }, read)]);
    expect(stale).toEqual([]);
    expect(hits).toBeGreaterThan(100);
  });

  it('count the life of an entry by the clock of Redis: that of the process may be wrong', async () => {
    await put('a', 1, []);
    const day = 86_400_000;
    for (const offMs of [-day, day]) {
      const now = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(now + offMs);
      const { ttlMs = 0 } = (await opened.tier.read('a')) ?? {};
      expect(ttlMs).toBeGreaterThan(30_000);
      expect(ttlMs).toBeLessThanOrEqual(60_000);
    }
  });

  it('say of no entry that it lives longer than its key', async () => {
    await put('a', 1, []);
    for (let count = 0; count < 50; count += 1) {
      const began = performance.now();
      const { ttlMs = 0 } = (await opened.tier.read('a')) ?? {};
      const left = await other.redis.pttl('test:v:a');
      expect(ttlMs - (performance.now() - began)).toBeLessThanOrEqual(left + 1);
    }
  });

  it('serve as stale what another process has expired, and let it age', async () => {
    await put('a', 1, ['tag']);
    await other.tier.expire({ tags: ['tag'] });
    const first = await opened.tier.read('a');
    expect(first?.value).toBe(1);
    expect(first?.freshMs).toBeLessThanOrEqual(0);
    const { freshMs = 1 } = (await opened.tier.read('a')) ?? {};
    expect(freshMs).toBeLessThanOrEqual(first?.freshMs ?? 0);
  });

  it('grant no hit to a caller whose tag the entry lacks', async () => {
    await put('a', 1, ['tag']);
    expect(await claim('a', ['tag', 'another'])).toMatchObject({ state: 'granted' });
  });

  it('learn the tags that their callers do not know: from the second time on, scripts are not needed', async () => {
    await put('a', 1, ['unknown', 'tag']);
    await put('b', 2, ['unknown']);
    const reader = new CodedTier(new RedisTier(opened.redis, 'test:'));
    const readBoth = async () => Promise.all(['a', 'b'].map((key) => reader.read(key)));
    await readBoth();
    const names = commands();
    expect((await readBoth()).map((entry) => entry?.value)).toEqual([1, 2]);
    expect(names()).toEqual(['time', 'mget']);
    await put('a', 3, ['later']);
    await other.tier.invalidate({ tags: ['unknown'] });
    expect((await readBoth()).map((entry) => entry?.value)).toEqual([3, undefined]);
    await other.tier.invalidate({ tags: ['later'] });
    expect((await readBoth())[0]).toBeUndefined();
  });

  it('find no entry in what an older format or another program has stored, and others stay', async () => {
    await put('good', 1, []);
    await other.redis.hset('test:v:hash', { value: 'j1', tags: '[]', tokens: '{}' });
    await other.redis.set('test:v:text', 'x');
    await other.redis.set('test:v:lines', '1 2 3 \nx\ny\nj1');
    await other.redis.rpush('test:t:list', 'x');
    const keys = ['good', 'hash', 'text', 'lines'];
    const read = await Promise.all(keys.map((key) => opened.tier.read(key).catch((error: unknown) => error)));
    expect(read.map((entry) => (entry as { value?: unknown } | undefined)?.value)).toEqual([
      1,
      ...Array<unknown>(3).fill(undefined),
    ]);
    expect(await claim('good', ['list'])).toMatchObject({ state: 'granted' });
  });

  it('reject together when the connection is lost, and work afterwards', async () => {
    await put('a', 1, []);
    jest.spyOn(opened.redis, 'pipeline').mockImplementationOnce(() => {
      throw new Error('Connection is closed.');
    });
    await expect(Promise.all([opened.tier.read('a'), opened.tier.read('b')])).rejects.toThrow('closed');
    expect((await opened.tier.read('a'))?.value).toBe(1);
  });
});
