import { type z } from 'zod';
import { ConfigurationError } from '../configuration/configuration.error.ts';
import { parseEnvironment } from '../configuration/parse-environment.ts';

/** Returns the parsed environment. A bad one is reported on standard error; the process exits with status 78 (EX_CONFIG). */
export function parseEnvironmentOrExit<S extends z.ZodObject>(
  name: string,
  schema: S,
): Readonly<z.output<S>> {
  try {
    return parseEnvironment(schema);
  } catch (error) {
    exitOnBadConfiguration(name, error);
    throw error;
  }
}

/** Exits with status 78 if the error is a `ConfigurationError`; otherwise returns. */
export function exitOnBadConfiguration(name: string, error: unknown): void {
  if (!(error instanceof ConfigurationError)) return;
  process.stderr.write(`${name} cannot start. ${error.message}\n`);
  process.exit(78);
}
