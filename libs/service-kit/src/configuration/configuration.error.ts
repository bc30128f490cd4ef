/** The environment is not one the service can run with; `faults` names each variable and what was expected of it. */
export class ConfigurationError extends Error {
  readonly code = 'invalid-configuration';
  readonly retryable = false;

  constructor(readonly faults: readonly string[]) {
    super(`The environment is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}
