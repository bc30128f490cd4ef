import { DEFAULT_RETRIES } from '@groundwork/proxy';
import { ConfigurationError } from '@groundwork/service-kit';
import { ratePolicy } from '@groundwork/rate-limiting';
import { readFileSync } from 'node:fs';
import { type z } from 'zod';
import { BUILT_IN_LIMITS } from './built-in-limits.ts';
import { type Route, type Routes } from './route.ts';
import { findRouteFaults } from './route-faults.ts';
import { type Fault, type Place, RoutesDocument } from './routes-document.ts';
import { RoutesFile } from './routes-file.schema.ts';

/** A body of this size is held until it is complete, and the client has so long to send it. */
const HELD_BODIES = { maxHeldBytes: 65_536, heldWithinMs: 5_000 };

/**
 * Reads a routes file, substitutes its variables and checks it.
 *
 * @throws {ConfigurationError} with the file and, for every fault, the line, the place and the expected value
 */
export function loadRoutes(file: string, environment: NodeJS.ProcessEnv = process.env): Routes {
  const document = new RoutesDocument(read(file));
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
  return compile(file, parsed.data);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const error = new ConfigurationError(['expected a readable YAML file'], `The routes file ${file}`);
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

function compile(file: string, { limits, upstreams, defaults, routes }: RoutesFile): Routes {
  const policies = new Map(
    Object.entries({ ...BUILT_IN_LIMITS, ...limits }).map(([name, limit]) => [
      name,
      ratePolicy({ name, ...limit }),
    ]),
  );
  const policyOf = (name: string) => {
    const policy = policies.get(name);
    if (!policy) throw new Error(`the checked routes file refers to the unknown limit ${name}`);
    return policy;
  };
  return {
    file,
    ownPagesLimit: policyOf('own-pages'),
    probesLimit: policyOf('probes'),
    operatorKeyFailures: policyOf('operator-key-failures'),
    upstreams: Object.entries(upstreams).map(([name, settings]) => ({ name, ...settings })),
    routes: routes.map((given): Route => ({
      id: `${given.method} ${given.path}`,
      match: { path: { template: given.path }, methods: [given.method] },
      upstream: given.upstream,
      limits: (given.limit ?? defaults.limit).map(policyOf),
      timeoutMs: given.timeoutMs ?? defaults.timeoutMs,
      idleTimeoutMs: given.idleTimeoutMs ?? defaults.idleTimeoutMs,
      maxBodyBytes: given.maxBodyBytes ?? defaults.maxBodyBytes,
      ...HELD_BODIES,
      retries: { ...DEFAULT_RETRIES, repeat: given.retry ?? defaults.retry },
      operatorKey: given.operatorKey,
    })),
  };
}
