/** What the gateway answers itself, through Nest; no route may hide behind these. */
export const OWN_PATHS: ReadonlySet<string> = new Set([
  '/',
  '/openapi.json',
  '/asyncapi.json',
  '/health/live',
  '/health/ready',
  '/metrics',
]);
