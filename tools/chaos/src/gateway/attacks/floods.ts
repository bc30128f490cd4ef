import { askAtOnce } from './ask-at-once.ts';
import { type Attack } from './attack.ts';

/** A page that the gateway answers itself. */
export const ownPages: Attack = (targets, signal) =>
  askAtOnce(targets, signal, { path: '/openapi.json', atOnce: 100 });

/** A route for which every shard is asked. */
export const heavyRoutes: Attack = (targets, signal) =>
  askAtOnce(targets, signal, { path: '/v1/orders/summary', atOnce: 100 });
