import { askAtOnce } from './ask-at-once.ts';
import { type Attack } from './attack.ts';

/** Requests a page that the gateway itself answers. */
export const ownPages: Attack = (targets, signal) =>
  askAtOnce(targets, signal, { path: '/openapi.json', atOnce: 100 });

/** Requests a route that queries every shard. */
export const heavyRoutes: Attack = (targets, signal) =>
  askAtOnce(targets, signal, { path: '/v1/orders/summary', atOnce: 100 });
