import { type Money, type PaymentMethod } from '@groundwork/contracts';

export interface ChargeRequest {
  /** All requests with one key make one charge. */
  readonly idempotencyKey: string;
  /** The merchant's reference, as it appears in the provider's books. */
  readonly orderId: string;
  readonly amount: Money;
  readonly paymentMethod: PaymentMethod;
}

export type ChargeOutcome =
  | { readonly kind: 'charged'; readonly chargeId: string }
  | { readonly kind: 'declined'; readonly detail: string };

/**
 * Takes payments. A decline is an outcome, not an error; errors say whether they are `retryable`. A retry with the same key
 * returns the same outcome and charges nothing more. Safe for concurrent use. When the signal aborts, the call stops
 * waiting; whether the charge was made is then unknown until a retry.
 */
export interface PaymentProvider {
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome>;
}

/** The injection token of the payment provider. */
export const PAYMENT_PROVIDER = Symbol('PAYMENT_PROVIDER');
