import { type z } from 'zod';
import { ConfigurationError } from './configuration.error.ts';

/**
 * Parses the environment once into a frozen object. Variables outside the schema are ignored: a process inherits many
 * variables that are not ours.
 *
 * @throws {ConfigurationError} which names every bad variable, its value and the expected value
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

/** Returns the value without the password of a URL, so that an error may show it. */
function redacted(value: string): string {
  return value.replace(/(\/\/[^:/@\s]*):[^@\s]*@/g, '$1:***@');
}
