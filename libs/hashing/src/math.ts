/**
 * Taken once, for what is computed with every lookup: a context of `node:vm`, such as a test runner's, looks a global up anew
 * each time, and a lookup there took 2 µs instead of 40 ns.
 */
export const { floor, imul, log } = Math;
