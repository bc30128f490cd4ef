import { type FieldCondition } from './field-matcher.ts';

/** Which paths a route has: one of these. Paths are in their normal form, without the query. */
export type PathMatch =
  /** Exactly this path. */
  | { readonly exact: string }
  /** Literal segments and parameters: `/v1/orders/{id}`. A parameter is one segment that is not empty. */
  | { readonly template: string }
  /** This path and everything below it: `/v1/orders` has `/v1/orders` and `/v1/orders/7`, and not `/v1/orders2`. */
  | { readonly prefix: string }
  /** A regular expression of the whole path, in the syntax of RE2. */
  | { readonly regex: string };

/** Which requests a route gets. All conditions must hold. */
export interface RouteMatch {
  /** Names without a port: `shop.example`, or `*.shop.example` for every name below it. Default: every host. */
  readonly hosts?: readonly string[];
  readonly path: PathMatch;
  /** Default: every method. `GET` includes HEAD. */
  readonly methods?: readonly string[];
  readonly headers?: readonly FieldCondition[];
  readonly query?: readonly FieldCondition[];
}
