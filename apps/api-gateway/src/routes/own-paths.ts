/** What orchestrators and monitoring ask for. A flood of other pages must not keep them from it. */
export const PROBE_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/metrics']);

/** What the gateway answers itself, through Nest; no route may hide behind these. */
export const OWN_PATHS: ReadonlySet<string> = new Set([
  '/',
  '/openapi.json',
  '/asyncapi.json',
  ...PROBE_PATHS,
]);
