/**
 * The service cannot run with this environment (or other source of configuration). `faults` names each bad variable or place
 * and the value that was expected.
 */
export class ConfigurationError extends Error {
  readonly code = 'invalid-configuration';
  readonly retryable = false;
  readonly faults: readonly string[];

  constructor(faults: readonly string[], source = 'The environment') {
    super(`${source} is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}
