import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type PaymentMethod } from '@groundwork/contracts';
import { inTransaction, type Transactions } from '@groundwork/messaging';
import { type ChargeOutcome, type ChargeRequest, type PaymentProvider } from './payment-provider.ts';
import { PaymentProviderError } from './payment-provider.error.ts';

const SLOW_MS = 1_500;
const FLAKY_FAILURES = 2;

/**
 * Simulates a payment provider. The payment method decides its behaviour, as test cards do. Its books (schema
 * `payment_provider`) store charges, unique by idempotency key, and its outages, which therefore persist across processes.
 */
export class SimulatedProvider implements PaymentProvider {
  constructor(
    private readonly books: Transactions,
    private readonly slowMs: number = SLOW_MS,
  ) {}

  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome> {
    return this.behaviours[request.paymentMethod](request, signal);
  }

  private readonly behaviours: Record<
    PaymentMethod,
    (request: ChargeRequest, signal: AbortSignal) => Promise<ChargeOutcome>
  > = {
    test_ok: (request) => this.book(request),
    test_declined: () => Promise.resolve({ kind: 'declined', detail: 'the provider declined the payment' }),
    test_slow: async (request, signal) => {
      await this.answerSlowly(signal);
      return this.book(request);
    },
    test_flaky: async (request) => {
      if ((await this.countFailure(request)) <= FLAKY_FAILURES) throw unavailable();
      return this.book(request);
    },
    test_unavailable: () => Promise.reject(unavailable()),
    test_poison: () =>
      Promise.reject(
        new PaymentProviderError(
          'payment-not-understood',
          'the provider cannot understand the charge, and no retry can succeed',
        ),
      ),
  };

  private book(request: ChargeRequest): Promise<ChargeOutcome> {
    return inTransaction(this.books, async (session) => {
      const { idempotencyKey, orderId, amount } = request;
      await session.query(
        `insert into payment_provider.charges (id, idempotency_key, order_id, amount, currency)
         values ($1, $2, $3, $4, $5) on conflict (idempotency_key) do nothing`,
        [`ch_${randomUUID()}`, idempotencyKey, orderId, amount.amount, amount.currency],
      );
      const [charge] = await session.query<{ id: string }[]>(
        'select id from payment_provider.charges where idempotency_key = $1',
        [idempotencyKey],
      );
      if (charge === undefined) throw unavailable();
      return { kind: 'charged', chargeId: charge.id };
    });
  }

  /** @returns how often this charge was requested, including this time */
  private countFailure({ idempotencyKey }: ChargeRequest): Promise<number> {
    return inTransaction(this.books, async (session) => {
      const [outage] = await session.query<{ failures: number }[]>(
        `insert into payment_provider.outages as outage (idempotency_key, failures) values ($1, 1)
         on conflict (idempotency_key) do update set failures = outage.failures + 1 returning failures`,
        [idempotencyKey],
      );
      return outage?.failures ?? 1;
    });
  }

  private async answerSlowly(signal: AbortSignal): Promise<void> {
    try {
      await delay(this.slowMs, undefined, { signal });
    } catch (error) {
      throw new PaymentProviderError(
        'payment-provider-timeout',
        'the provider did not answer in time',
        error,
      );
    }
  }
}

function unavailable(): PaymentProviderError {
  return new PaymentProviderError(
    'payment-provider-unavailable',
    'the provider cannot take payments at the moment',
  );
}
