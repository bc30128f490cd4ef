/** Limits that always apply. A routes file changes one by writing it under `limits`, like any other. */
export const BUILT_IN_LIMITS = {
  'own-pages': { capacity: 40, ratePerSecond: 20 },
  probes: { capacity: 200, ratePerSecond: 100 },
  'operator-key-failures': { capacity: 10, ratePerSecond: 0.1 },
} as const;
