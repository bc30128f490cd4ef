import { describe, expect, it } from '@jest/globals';
import { errorKindOf } from '@groundwork/dlq';
import { ratePolicy, TokenBucket } from '@groundwork/rate-limiting';
import { LimitedProvider } from './limited-provider.ts';
import { type ChargeRequest, type PaymentProvider } from './payment-provider.ts';

const chargeOf = (orderId: string): ChargeRequest => ({
  ...{ idempotencyKey: orderId, orderId, paymentMethod: 'test_ok' },
  amount: { amount: 100, currency: 'EUR' },
});

/** Creates a provider with a limit of two charges at once, and a list of the charges that reach it. */
function limitedProvider() {
  const sent: string[] = [];
  const provider: PaymentProvider = {
    charge: ({ orderId }) => {
      sent.push(orderId);
      return Promise.resolve({ kind: 'charged', chargeId: `ch_${orderId}` });
    },
  };
  const limit = new TokenBucket(ratePolicy({ name: 'payments', capacity: 2, ratePerSecond: 20 }), {
    maxQueue: 2,
  });
  const limited = new LimitedProvider(provider, limit);
  const charge = (orderId: string, signal = new AbortController().signal) =>
    limited.charge(chargeOf(orderId), signal);
  return { charge, sent, limit };
}

describe('the charges of a process', () => {
  it('reach the provider in the order of their calls, and wait for their turn', async () => {
    const { charge, sent } = limitedProvider();
    const charges = ['1', '2', '3', '4'].map((orderId) => charge(orderId));
    await Promise.all(charges.slice(0, 2));
    expect(sent).toEqual(['1', '2']);
    expect(await charges[3]).toEqual({ kind: 'charged', chargeId: 'ch_4' });
    expect(sent).toEqual(['1', '2', '3', '4']);
  });

  it('cost no attempt and charge nothing when too many wait, or when they wait too long', async () => {
    const { charge, sent, limit } = limitedProvider();
    await Promise.all([charge('1'), charge('2')]);
    const waiting = new AbortController();
    const charges = [charge('3', waiting.signal), charge('4'), charge('too many')];
    const outcomes = Promise.allSettled(charges);
    waiting.abort();
    limit.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'payment-limit-reached' } });
      expect(errorKindOf((outcome as PromiseRejectedResult).reason)).toBe('infrastructure');
    }
    expect(sent).toEqual(['1', '2']);
  });
});
