import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { TopologyError } from '../topology.error.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { readService } from './read-service.ts';
import { readVariables } from './read-variables.ts';
import { onlyWithDependencies } from './only-with-dependencies.ts';
import { refuseImpossibleDependencies } from './refuse-impossible-dependencies.ts';
import { type Service } from './service.ts';

export interface ComposeFile {
  readonly path: string;
  /** Commands and relative paths start here. */
  readonly folder: string;
  readonly services: ReadonlyMap<string, Service>;
}

export interface LoadOptions {
  readonly profiles?: readonly string[];
  /** These and what they depend on; none means all. */
  readonly only?: readonly string[];
  /** Overrules `.env` beside the file (default: the process's own environment). */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Reads what this engine can run, in full; anything else is an error that names its place in the file. */
export function loadComposeFile(path: string, options: LoadOptions = {}): ComposeFile {
  const folder = dirname(resolve(path));
  const environment = options.environment ?? process.env;
  const source = parseYaml(path);
  const plain = interpolateAll(source, readVariables(folder, environment), '') as Record<string, unknown>;
  const services = new Map<string, Service>();
  for (const [name, service] of Object.entries(mapOfMaps(plain['services']))) {
    if (!isInProfiles(service['profiles'], options.profiles ?? [])) continue;
    const raw = { plain: service, source: mapOfMaps(source['services'])[name] ?? {} };
    services.set(name, readService(name, raw, environment));
  }
  if (services.size === 0) throw new TopologyError('invalid-compose-file', `${path} defines no service`);
  refuseImpossibleDependencies(services);
  markAwaitedJobs(services);
  return { path: resolve(path), folder, services: onlyWithDependencies(services, options.only ?? []) };
}

/** Whatever another service waits to complete is a job, whatever its restart policy. */
function markAwaitedJobs(services: Map<string, Service>): void {
  for (const { dependsOn } of [...services.values()]) {
    for (const [name, condition] of Object.entries(dependsOn)) {
      const dependency = services.get(name);
      if (condition !== 'service_completed_successfully' || dependency === undefined) continue;
      services.set(name, { ...dependency, isJob: true });
    }
  }
}

function parseYaml(path: string): Record<string, unknown> {
  try {
    const document: unknown = parse(readFileSync(path, 'utf8'), { merge: true });
    return document as Record<string, unknown>;
  } catch (cause) {
    throw new TopologyError('invalid-compose-file', `cannot read ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function interpolateAll(value: unknown, variables: Variables, where: string): unknown {
  if (typeof value === 'string') return interpolate(value, variables, where);
  if (Array.isArray(value))
    return value.map((item, index) => interpolateAll(item, variables, `${where}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      interpolateAll(item, variables, where === '' ? key : `${where}.${key}`),
    ]),
  );
}

function mapOfMaps(value: unknown): Record<string, Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, Record<string, unknown>>)
    : {};
}

function isInProfiles(profiles: unknown, active: readonly string[]): boolean {
  return (
    !Array.isArray(profiles) ||
    profiles.length === 0 ||
    profiles.some((profile) => active.includes(String(profile)))
  );
}
