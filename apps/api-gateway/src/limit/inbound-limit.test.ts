import { describe, expect, it } from '@jest/globals';
import { Limiter, LocalLimitStore, ratePolicy } from '@groundwork/rate-limiting';
import { InboundLimit } from './inbound-limit.ts';

const policy = ratePolicy({ name: 'one', capacity: 1, ratePerSecond: 0.01 });

describe('the inbound limit of a client', () => {
  it.each([
    ['2001:db8::1', '2001:db8::2:3:4:5'],
    ['198.51.100.7', '198.51.100.7'],
  ])('counts %s and %s together, because one customer owns a whole /64', async (first, second) => {
    const limit = new InboundLimit(new Limiter({ store: new LocalLimitStore(), processes: 1 }));
    await limit.admit([policy], first);
    await expect(limit.admit([policy], second)).rejects.toMatchObject({ status: 429, code: 'rate-limited' });
  });

  it('refuses the requests of many connections one after the other', async () => {
    const limit = new InboundLimit(new Limiter({ store: new LocalLimitStore(), processes: 1 }));
    await limit.admit([policy], '198.51.100.7');
    const began = performance.now();
    const waits = await Promise.all(
      Array.from({ length: 40 }, () =>
        limit.admit([policy], '198.51.100.7').catch(() => performance.now() - began),
      ),
    );
    const sorted = (waits as number[]).sort((one, other) => one - other);
    expect(sorted.at(-1)).toBeGreaterThan(3 * sorted[0]!);
  });

  it.each([
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['198.51.100.7', '198.51.100.8'],
  ])('counts %s and %s separately', async (first, second) => {
    const limit = new InboundLimit(new Limiter({ store: new LocalLimitStore(), processes: 1 }));
    await limit.admit([policy], first);
    await expect(limit.admit([policy], second)).resolves.toBeDefined();
  });

  it('names the limit that refuses a request, and counts it under no other one', async () => {
    const limiter = new Limiter({ store: new LocalLimitStore(), processes: 1 });
    const limit = new InboundLimit(limiter);
    const wide = ratePolicy({ name: 'wide', capacity: 10, ratePerSecond: 0.01 });
    expect(await limit.admit([wide, policy], '198.51.100.7')).toMatchObject({
      ratelimit: expect.stringMatching(/^"wide";r=9;t=\d+, "one";r=0;t=\d+$/),
    });
    await expect(limit.admit([wide, policy], '198.51.100.7')).rejects.toMatchObject({
      status: 429,
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      violatedPolicies: ['one'],
      detail: 'The limit "one" admits 0.01 requests a second and bursts of 1.',
    });
    expect(await limiter.peek(wide, '198.51.100.7')).toMatchObject({ remaining: 9 });
  });
});
