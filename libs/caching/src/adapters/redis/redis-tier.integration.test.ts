import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { describeLeasingTier } from '../../conformance/leasing-tier.conformance.ts';
import { describeTier, entryOf } from '../../conformance/tier.conformance.ts';
import { MSGPACK_CODEC } from '../msgpack/index.ts';
import { CodedTier } from '../../tiers/coded-tier.ts';
import { type Codec } from '../../codecs/codec.ts';
import { compressed } from '../../codecs/compressed.codec.ts';
import { RedisJournal } from './redis-journal.ts';
import { RedisTier } from './redis-tier.ts';

async function openRedisTier(codec?: Codec) {
  const server = await startTestRedis();
  const redis = new Redis(server.url);
  const stored = new RedisTier(redis, 'test:');
  const tier = new CodedTier(stored, codec);
  const close = async () => {
    stored.close();
    redis.disconnect();
    await server.stop();
  };
  return { tier, redis, close };
}

const PACKED = compressed(MSGPACK_CODEC, { fromBytes: 1 });
for (const [name, codec] of [
  ['RedisTier', undefined],
  ['RedisTier with compressed MessagePack', PACKED],
] as const) {
  describeTier(name, () => openRedisTier(codec));
  describeLeasingTier(name, () => openRedisTier(codec));
}

/** The lines before the value of an entry. */
const header = ({ tokens = '[]', tags = '[]' }) => `9999999999999 0 0 \n${tokens}\n${tags}\n`;

describe('RedisTier', () => {
  let opened: Awaited<ReturnType<typeof openRedisTier>>;
  beforeAll(async () => {
    opened = await openRedisTier();
  });
  afterAll(() => opened.close());

  const put = async (key: string, value: unknown, tags: string[]) =>
    opened.tier.write(key, entryOf(value, { tags }), await opened.tier.fence(key, tags));

  it.each(['t:tag', 'e'])(
    'the eviction of token %s invalidates entries and makes none valid again',
    async (token) => {
      const { tier, redis } = opened;
      await put('a', 'old', ['tag']);
      await redis.del(`test:${token}`);
      expect(await tier.read('a')).toBeUndefined();
      await put('b', 'new', ['tag']);
      expect(await tier.read('a')).toBeUndefined();
      expect((await tier.read('b'))?.value).toBe('new');
    },
  );

  it('an old entry stays invalid after its tag is invalidated, evicted and used again', async () => {
    const { tier, redis } = opened;
    await redis.flushall();
    await put('a', 'old', ['tag']);
    const stored = (await redis.getBuffer('test:v:a')) as Buffer;
    await tier.invalidate({ tags: ['tag'] });
    await redis.del('test:t:tag');
    await put('b', 'new', ['tag']);
    await redis.set('test:v:a', stored);
    expect(await tier.read('a')).toBeUndefined();
  });

  it('a load is not stored after its lease is evicted', async () => {
    const { tier, redis } = opened;
    const fence = await tier.fence('leased', ['tag']);
    await redis.del('test:l:leased');
    expect(await tier.write('leased', entryOf(1, { tags: ['tag'] }), fence)).toBe(false);
  });

  it.each(['n:versioned', 'v:versioned'])(
    'refuses an older version after the eviction of %s',
    async (name) => {
      const { tier, redis } = opened;
      const write = async (version: number) =>
        (await tier.put('versioned', entryOf(version), await tier.fence('versioned', []), { version }))
          .outcome;
      await redis.flushall();
      expect(await write(2)).toBe('stored');
      await redis.del(`test:${name}`);
      expect(await write(1)).toBe('older');
    },
  );

  describe('after a lost connection', () => {
    const open = async () => {
      const tier = new CodedTier(new RedisTier(opened.redis, 'test:'));
      await tier.recover();
      return tier;
    };
    beforeEach(async () => {
      await opened.redis.flushall();
    });

    it('keeps its entries on the same server, for the processes that used it and for new ones', async () => {
      const [a, b] = [await open(), await open()];
      await put('k', 'kept', []);
      for (const tier of [a, b, await open()]) {
        await tier.recover();
        expect((await tier.read('k'))?.value).toBe('kept');
      }
    });

    it('is emptied once when its server was replaced', async () => {
      const [a, b] = [await open(), await open()];
      await put('k', 'old', []);
      const [, ...incarnations] = ((await opened.redis.get('test:r')) ?? '').split(' ');
      await opened.redis.set('test:r', ['another server', ...incarnations].join(' '));
      await a.recover();
      expect(await a.read('k')).toBeUndefined();
      await put('k', 'new', []);
      await b.recover();
      await a.recover();
      expect((await a.read('k'))?.value).toBe('new');
    });

    it('is emptied when another server was used in between, which this one does not know', async () => {
      const [a, b] = [await open(), await open()];
      const atFirst = (await opened.redis.get('test:r')) as string;
      // The other server: both processes use it for a while.
      await opened.redis.del('test:r');
      await a.recover();
      await b.recover();
      // Back on the first one.
      await opened.redis.set('test:r', atFirst);
      await put('k', 'old', []);
      await a.recover();
      expect(await a.read('k')).toBeUndefined();
      await put('k', 'new', []);
      await b.recover();
      expect((await b.read('k'))?.value).toBe('new');
    });
  });

  it('invalidates and expires what is of another type, and announces it', async () => {
    const { tier, redis } = opened;
    const journal = new RedisJournal(redis, 'test:');
    await redis.flushall();
    for (const name of ['n:k', 'v:k', 't:tag', 'j', 'f']) {
      await redis.del(`test:${name}`);
      await redis.call(name === 'j' ? 'set' : 'rpush', `test:${name}`, 'x');
      const target = { keys: ['k'], tags: ['tag'], version: 1, once: `change of ${name}` };
      for (const change of ['invalidate', 'expire'] as const) {
        const { position } = await tier[change](target);
        // A journal of another type is lost: its followers start again.
        if (name !== 'j' || change === 'expire') expect(position).toMatch(/^\d+-\d+$/);
      }
      expect(
        (await journal.follow('a', undefined).catch(() => journal.follow('a', undefined))).position,
      ).toBeDefined();
    }
    journal.close();
  });

  it('writes the bytes of a codec as they are, and ends the lease when it cannot encode a value', async () => {
    const { tier, redis } = opened;
    await redis.flushall();
    const encode = (value: unknown) => {
      if (value === 'bad') throw new TypeError('bad');
      return new Uint8Array([1, 200, 0, 255]).subarray(0, 3);
    };
    const bytes = new RedisTier(redis, 'test:');
    const custom = new CodedTier(bytes, { marks: [1], encode, decode: (stored) => [...stored] });
    await custom.write('k', entryOf('any'), await custom.fence('k', []));
    expect((await custom.read('k'))?.value).toEqual([1, 200, 0]);
    const writing = custom.write('bad', entryOf('bad'), await custom.fence('bad', []));
    await expect(writing).rejects.toMatchObject({ code: 'cache-value-not-encodable' });
    expect((await tier.claim('bad', [], 1_000)).state).toBe('granted');
  });

  it('reads JSON that was stored before another codec was chosen, and stores with that codec from then on', async () => {
    const { tier, redis } = opened;
    await redis.flushall();
    const packed = new CodedTier(new RedisTier(redis, 'test:'), PACKED);
    const text = 'text '.repeat(100);
    await put('json', text, []);
    expect((await packed.read('json'))?.value).toBe(text);
    await packed.write('packed', entryOf(text), await packed.fence('packed', []));
    expect(await redis.strlen('test:v:packed')).toBeLessThan(text.length / 2);
    // A process without this codec loads the value again.
    expect(await tier.read('packed')).toBeUndefined();
  });

  it('sets an expiry on every key in Redis', async () => {
    const { tier, redis } = opened;
    await put('a', 1, ['tag', 'other']);
    await tier.claim('b', ['tag'], 1_000);
    await tier.invalidate({ tags: ['other'], once: 'change' });
    const expiries = await Promise.all((await redis.keys('*')).map((key) => redis.pttl(key)));
    expect(expiries.length).toBeGreaterThan(4);
    expect(Math.min(...expiries)).toBeGreaterThan(0);
  });

  it('a token lives at least as long as every entry that depends on it', async () => {
    const { tier, redis } = opened;
    await put('long', 1, ['shared-tag']);
    await tier.claim('short', ['shared-tag'], 1_000);
    expect(await redis.pttl('test:t:shared-tag')).toBeGreaterThanOrEqual(await redis.pttl('test:v:long'));
    expect(await redis.pttl('test:e')).toBeGreaterThanOrEqual(await redis.pttl('test:v:long'));
  });

  it('works after Redis lost the loaded scripts', async () => {
    await opened.redis.script('FLUSH');
    await put('a', 'after the flush', []);
    expect((await opened.tier.read('a'))?.value).toBe('after the flush');
  });

  it.each([
    ['the value is of another type', 'v:k', ['rpush', 'x']],
    ['the lease is of another type', 'l:k', ['set', 'x']],
    ['the token of a tag is of another type', 't:tag', ['rpush', 'x']],
    ['the token of everything is of another type', 'e', ['rpush', 'x']],
    [
      'the value is a hash, as in an old format',
      'v:k',
      ['hset', 'value', 'j1', 'tags', '[]', 'tokens', '{}'],
    ],
    ['the value is no entry', 'v:k', ['set', 'x']],
    ['the value is not JSON', 'v:k', ['set', header({ tags: '["tag"]' }) + 'j{']],
    ['the value is of an unknown codec', 'v:k', ['set', header({ tags: '["tag"]' }) + '?1']],
    ['the value is empty', 'v:k', ['set', header({ tags: '["tag"]' })]],
    ['the tokens are not JSON', 'v:k', ['set', header({ tokens: 'x' }) + 'j1']],
  ])('is a miss, and works again, when %s', async (_, name, [command = '', ...content]) => {
    const { tier, redis } = opened;
    const spoil = async () => {
      await redis.del(`test:${name}`);
      await redis.call(command, `test:${name}`, ...content);
    };
    await redis.flushall();
    await put('other', 'other', []);
    await spoil();
    const claim = await tier.claim('k', ['tag'], 1_000);
    expect(claim.state).toBe('granted');
    if (claim.state === 'granted') await tier.write('k', entryOf('new', { tags: ['tag'] }), claim.fence);
    expect((await tier.read('k'))?.value).toBe('new');
    await spoil();
    await tier.fence('k', ['tag']);
    await spoil();
    expect((await tier.read('k'))?.value ?? 'miss').not.toBe('x');
    // A spoilt token of everything empties the tier; everything else costs only its own key.
    expect((await tier.read('other'))?.value).toBe(name === 'e' ? undefined : 'other');
  });

  it('stores nothing while Redis has no memory, and can be read and invalidated', async () => {
    const { tier, redis } = opened;
    await redis.flushall();
    await put('a', 'old', ['tag']);
    await put('b', 'old', []);
    await redis.config('SET', 'maxmemory', '1');
    try {
      expect(await tier.claim('a', ['tag'], 1_000)).toMatchObject({ state: 'hit', entry: { value: 'old' } });
      await expect(tier.claim('d', [], 1_000)).rejects.toMatchObject({ code: 'cache-tier-full' });
      await expect(tier.fence('d', [])).rejects.toMatchObject({ code: 'cache-tier-full' });
      await tier.invalidate({ tags: ['tag'], once: 'change-while-full' });
      expect(await tier.read('a')).toBeUndefined();
      expect((await tier.read('b'))?.value).toBe('old');
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    await put('a', 'new', ['tag']);
    expect((await tier.read('a'))?.value).toBe('new');
  });
});
