import { type Rejection } from '@groundwork/contracts';

/** What became of an order. */
export type Settlement =
  { readonly status: 'confirmed' } | { readonly status: 'rejected'; readonly rejection: Rejection };
