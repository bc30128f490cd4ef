/** The attacks on the gateways, in this order. */
export const ATTACKS = [
  'packets',
  'own-pages',
  'slow-readers',
  'held-bodies',
  'heavy-routes',
  'hung-replica',
] as const;
export type AttackName = (typeof ATTACKS)[number];
