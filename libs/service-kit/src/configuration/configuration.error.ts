/**
 * The environment (or another source of configuration) is not one the service can run with; `faults` names each variable
 * or place and what was expected of it.
 */
export class ConfigurationError extends Error {
  readonly code = 'invalid-configuration';
  readonly retryable = false;

  constructor(
    readonly faults: readonly string[],
    source = 'The environment',
  ) {
    super(`${source} is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}
