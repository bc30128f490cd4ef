const SMALLEST_SHARE = 0.1;

/**
 * Returns the share of its weight that an endpoint gets while it warms up: it grows linearly from a tenth to all. A process with cold
 * caches and connections answers its first requests slowly.
 *
 * @param ageMs how long the endpoint has been in use
 */
export function warmShare(ageMs: number, slowStartMs: number): number {
  if (ageMs >= slowStartMs) return 1;
  return Math.max(SMALLEST_SHARE, ageMs / slowStartMs);
}
