import { type Money, type Rejection } from '@groundwork/contracts';

/** The outcome of an order. */
export type Settlement =
  | { readonly status: 'confirmed'; readonly paid: Money }
  | { readonly status: 'rejected'; readonly rejection: Rejection };
