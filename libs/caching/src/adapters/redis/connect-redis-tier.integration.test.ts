import { describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { Redis } from 'ioredis';
import { connectRedisTier } from './connect-redis-tier.ts';

describe('connectRedisTier', () => {
  it('opens one connection for commands and one for the messages of tier and journal, and closes both', async () => {
    const server = await startTestRedis();
    const admin = new Redis(server.url);
    const clients = async () =>
      String(await admin.client('LIST'))
        .trim()
        .split('\n').length;
    const { tier, journal, close } = await connectRedisTier({ url: server.url, namespace: 'test' });
    let woken = 0;
    tier.onLoadEnded('k', () => (woken += 1));
    journal.onAnnounced(() => (woken += 1));
    journal.onCaughtUp(() => (woken += 1));
    await eventually(() => woken === 3);
    expect(await clients()).toBe(3);
    close();
    await eventually(async () => (await clients()) === 1);
    admin.disconnect();
    await server.stop();
  });

  it('uses keys of its format: processes of an older version have others', async () => {
    const server = await startTestRedis();
    const { tier, redis, close } = await connectRedisTier({ url: server.url, namespace: 'test' });
    await tier.fence('k', []);
    expect((await redis.keys('*')).every((key) => key.startsWith('{test:4}:'))).toBe(true);
    close();
    await server.stop();
  });

  it('fails the reads of one turn together and in time while Redis is paused or gone', async () => {
    const server = await startTestRedis();
    const { tier, close } = await connectRedisTier({ url: server.url, namespace: 'test' });
    const read = (count: number) =>
      Promise.allSettled(Array.from({ length: count }, (_, index) => tier.read(`key-${index}`)));
    const outcomes = async () => [...new Set((await read(40)).map(({ status }) => status))];
    await eventually(async () => (await outcomes()).join() === 'fulfilled');
    server.pause();
    expect(await outcomes()).toEqual(['rejected']);
    server.resume();
    await eventually(async () => (await outcomes()).join() === 'fulfilled');
    await server.stop();
    expect(await outcomes()).toEqual(['rejected']);
    close();
  });
});
