import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { TopologyError } from '../topology.error.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { readService } from './read-service.ts';
import { readVariables } from './read-variables.ts';
import { refuseUnknownProfiles, selectServices } from './select-services.ts';
import { type Service } from './service.ts';

export interface ComposeFile {
  readonly path: string;
  /** The folder in which commands start and to which paths are relative. */
  readonly folder: string;
  /** The services of the active profiles. */
  readonly services: ReadonlyMap<string, Service>;
  /** All services of all profiles: addresses may name services that start later. */
  readonly allServices: ReadonlyMap<string, Service>;
  /** The active profiles: requested, or listed in `COMPOSE_PROFILES` as in Compose. */
  readonly profiles: readonly string[];
}

export interface LoadOptions {
  readonly profiles?: readonly string[];
  /** These services and their dependencies; an empty list means all. */
  readonly only?: readonly string[];
  /** Overrides `.env` beside the file (default: the process's own environment). */
  readonly environment?: NodeJS.ProcessEnv;
  /** Ignores `.env`: the file as it is for a user who has changed nothing. */
  readonly ignoreDotEnv?: boolean;
}

/** Reads a file completely. Anything that this engine cannot run is an error that names its place in the file. */
export function loadComposeFile(path: string, options: LoadOptions = {}): ComposeFile {
  const folder = dirname(resolve(path));
  const environment = options.environment ?? process.env;
  const source = parseYaml(path);
  const variables = options.ignoreDotEnv === true ? environment : readVariables(folder, environment);
  const plain = interpolateAll(source, variables, '') as Record<string, unknown>;
  const allServices = new Map<string, Service>();
  for (const [name, service] of Object.entries(mapOfMaps(plain['services']))) {
    const raw = { plain: service, source: mapOfMaps(source['services'])[name] ?? {} };
    allServices.set(name, readService(name, raw, environment));
  }
  if (allServices.size === 0) throw new TopologyError('invalid-compose-file', `${path} defines no service`);
  refuseUnknownProfiles(allServices, options.profiles ?? []);
  const profiles = [...(options.profiles ?? []), ...(variables['COMPOSE_PROFILES']?.split(',') ?? [])];
  markAwaitedJobs(allServices);
  const services = selectServices(allServices, { profiles, only: options.only ?? [] });
  return { path: resolve(path), folder, services, allServices, profiles };
}

/** A service is a job if another service waits for its completion, independent of its restart policy. */
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
