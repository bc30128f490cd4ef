/**
 * Pages that orchestrators and monitoring request. They have their own limit, so a flood of other pages does not block them.
 */
export const PROBE_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

/** Pages that the gateway serves itself, through Nest. A route with one of these paths would be unreachable. */
export const OWN_PATHS: ReadonlySet<string> = new Set([
  '/',
  '/openapi.json',
  '/asyncapi.json',
  ...PROBE_PATHS,
]);
