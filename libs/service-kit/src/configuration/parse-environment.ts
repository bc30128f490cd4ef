import { type z } from 'zod';
import { ConfigurationError } from './configuration.error.ts';

/**
 * Parses the environment once into a frozen object. Variables that the schema does not name are left alone: a process
 * inherits many that are not ours.
 *
 * @throws {ConfigurationError} naming every bad variable, its value and what was expected
 */
export function parseEnvironment<S extends z.ZodObject>(
  schema: S,
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<z.output<S>> {
  const named = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, environment[name]]));
  const result = schema.safeParse(named);
  if (result.success) return Object.freeze(result.data);
  throw new ConfigurationError(
    result.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return named[name] === undefined
        ? `${name} is not set: ${expectation(issue, schema)}`
        : `${name}=${redacted(named[name])}: ${issue.message}`;
    }),
  );
}

function expectation(issue: z.core.$ZodIssue, schema: z.ZodObject): string {
  const variable = schema.shape[String(issue.path[0])] as z.ZodType | undefined;
  return variable?.description ?? issue.message;
}

/** A value as an error may show it: without the password of a URL. */
function redacted(value: string): string {
  return value.replace(/(\/\/[^:/@\s]*):[^@\s]*@/g, '$1:***@');
}
