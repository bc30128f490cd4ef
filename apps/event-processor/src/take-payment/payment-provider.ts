import { type Money, type PaymentMethod } from '@groundwork/contracts';

export interface ChargeRequest {
  /** Charges under one key are one charge, however often they are asked for. */
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
 * Takes payments. A refusal is an outcome, not an error; errors say whether they are `retryable`. Asking again under the
 * same key gives the same outcome and charges nothing more. Safe to use concurrently; stops waiting when the signal aborts,
 * and whether the charge was made is then unknown until it is asked for again.
 */
export interface PaymentProvider {
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome>;
}

/** The token of the payment provider. */
export const PAYMENT_PROVIDER = Symbol('PAYMENT_PROVIDER');
