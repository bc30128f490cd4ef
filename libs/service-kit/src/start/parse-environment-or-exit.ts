import { type z } from 'zod';
import { ConfigurationError } from '../configuration/configuration.error.ts';
import { parseEnvironment } from '../configuration/parse-environment.ts';

/** The parsed environment; a bad one is named on standard error and ends the process with status 78 (EX_CONFIG). */
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

/** Returns only if the error is of another kind. */
export function exitOnBadConfiguration(name: string, error: unknown): void {
  if (!(error instanceof ConfigurationError)) return;
  process.stderr.write(`${name} cannot start. ${error.message}\n`);
  process.exit(78);
}
