import { ConfigurationError } from '@groundwork/service-kit/configuration';
import { readFileSync } from 'node:fs';
import { type z } from 'zod';
import { compileRoutes, RouteFault } from './compile-routes.ts';
import { type LoadedRoutes, type Routes } from './route.ts';
import { findRouteFaults } from './route-faults.ts';
import { type Fault, type Place, RoutesDocument } from './routes-document.ts';
import { RoutesFile } from './routes-file.schema.ts';

/** Reads and parses a routes file. @throws {ConfigurationError} as `parseRoutes` does, or when the file cannot be read */
export function loadRoutes(file: string, environment: NodeJS.ProcessEnv = process.env): LoadedRoutes {
  const text = readRoutes(file);
  return { text, routes: parseRoutes(file, text, environment) };
}

/**
 * Substitutes the variables in the text of a routes file, and checks it.
 *
 * @throws {ConfigurationError} with the file and, for every fault, the line, the place and the expected value
 */
export function parseRoutes(
  file: string,
  text: string,
  environment: NodeJS.ProcessEnv = process.env,
): Routes {
  return checkRoutes(file, text, environment).routes;
}

/** Returns the compiled routes beside the content of the file, whose defaults are filled in. @throws as `parseRoutes` does */
export function checkRoutes(
  file: string,
  text: string,
  environment: NodeJS.ProcessEnv,
): { readonly content: RoutesFile; readonly routes: Routes } {
  const document = new RoutesDocument(text);
  failIfAny(file, document.syntaxFaults());
  failIfAny(file, document.substitute(environment));
  const parsed = RoutesFile.safeParse(document.toJS());
  const at = (place: Place, text: string): Fault => ({
    line: document.lineOf(place),
    text: `${spell(place)}: ${text}`,
  });
  if (!parsed.success) {
    return fail(
      file,
      parsed.error.issues.flatMap((issue) => schemaFaults(issue, at)),
    );
  }
  failIfAny(
    file,
    findRouteFaults(parsed.data).map(({ place, text }) => at(place, text)),
  );
  try {
    return { content: parsed.data, routes: compileRoutes(file, parsed.data) };
  } catch (error) {
    if (error instanceof RouteFault) return fail(file, [at(error.place, error.message)]);
    throw error;
  }
}

/** Returns the text of a routes file. @throws {ConfigurationError} when it cannot be read */
export function readRoutes(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const error = new ConfigurationError(
      [`expected a readable YAML file (${(cause as Error).message})`],
      `The routes file ${file}`,
    );
    error.cause = cause;
    throw error;
  }
}

function schemaFaults(issue: z.core.$ZodIssue, at: (place: Place, text: string) => Fault): Fault[] {
  if (issue.code !== 'unrecognized_keys') return [at(issue.path, issue.message)];
  return issue.keys.map((key) => at([...issue.path, key], 'unknown field'));
}

/** `['routes', 2, 'path']` → `routes[2].path` */
function spell(place: Place): string {
  if (place.length === 0) return 'the document';
  return place
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : index === 0 ? String(step) : `.${String(step)}`,
    )
    .join('');
}

function failIfAny(file: string, faults: readonly Fault[]): void {
  if (faults.length > 0) fail(file, faults);
}

function fail(file: string, faults: readonly Fault[]): never {
  throw new ConfigurationError(
    faults.map(({ line, text }) => `${file}:${line} ${text}`),
    `The routes file ${file}`,
  );
}
