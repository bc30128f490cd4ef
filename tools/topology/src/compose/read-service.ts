import { TopologyError } from '../topology.error.ts';
import { readDependencies } from './read-dependencies.ts';
import { readEnvironment } from './read-environment.ts';
import { readHealthCheck } from './read-health-check.ts';
import { parsePort } from './parse-port.ts';
import { invalid, parseBytes, parseDuration, parseInteger } from './scalars.ts';
import { type RestartPolicy, type Service, type VolumeMount } from './service.ts';

/** The description of a service: `plain` with its variables replaced, `source` as written. */
export interface RawService {
  readonly plain: Readonly<Record<string, unknown>>;
  readonly source: Readonly<Record<string, unknown>>;
}

const UNDERSTOOD = new Set([
  ...['image', 'command', 'environment', 'scale', 'depends_on', 'healthcheck', 'restart', 'ports', 'expose'],
  ...['volumes', 'mem_limit', 'stop_grace_period', 'profiles', 'build'],
]);

/** Keys that only apply to containers, and have no effect on a plain process. */
const CONTAINERS_ONLY = new Set([
  ...[
    'init',
    'read_only',
    'tmpfs',
    'logging',
    'shm_size',
    'container_name',
    'labels',
    'user',
    'cap_drop',
    'security_opt',
  ],
  ...['pids_limit', 'cpus', 'hostname'],
]);

export function readService(
  name: string,
  { plain, source }: RawService,
  environment: NodeJS.ProcessEnv,
): Service {
  const where = `services.${name}`;
  refuseUnknownKeys(plain, where);
  if (typeof plain['image'] !== 'string' || plain['image'] === '')
    throw invalid(`${where}.image`, plain['image'], 'an image');
  const scale = parseInteger(plain['scale'] ?? 1, `${where}.scale`, 0);
  const sources = list(source['ports'], `${where}.ports`);
  const healthCheck = readHealthCheck(plain['healthcheck'], `${where}.healthcheck`);
  const restart = readRestart(plain['restart'] ?? 'no', `${where}.restart`);
  return {
    name,
    image: plain['image'],
    isBuiltHere: plain['build'] !== undefined,
    command: readCommand(plain['command'], `${where}.command`),
    environment: readEnvironment(plain['environment'], environment, `${where}.environment`),
    scale,
    profiles: list(plain['profiles'], `${where}.profiles`).map(String),
    dependsOn: readDependencies(plain['depends_on'], `${where}.depends_on`),
    isJob: restart.when === 'on-failure' && healthCheck === undefined,
    healthCheck,
    restart,
    ports: list(plain['ports'], `${where}.ports`).map((port, index) =>
      parsePort(port, String(sources[index]), scale, `${where}.ports[${index}]`),
    ),
    expose: list(plain['expose'], `${where}.expose`).map((port) => parseInteger(port, `${where}.expose`, 1)),
    volumes: list(plain['volumes'], `${where}.volumes`).map((volume) =>
      readVolume(volume, `${where}.volumes`),
    ),
    memoryLimitBytes:
      plain['mem_limit'] === undefined ? undefined : parseBytes(plain['mem_limit'], `${where}.mem_limit`),
    stopGraceMs: parseDuration(plain['stop_grace_period'] ?? '10s', `${where}.stop_grace_period`),
  };
}

function refuseUnknownKeys(plain: RawService['plain'], where: string): void {
  const unknown = Object.keys(plain).find((key) => !UNDERSTOOD.has(key) && !CONTAINERS_ONLY.has(key));
  if (unknown === undefined) return;
  throw new TopologyError(
    'unknown-key',
    `${where}.${unknown}: the native engine does not support this key; remove it`,
  );
}

function readCommand(value: unknown, where: string): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value;
  throw invalid(where, value, 'a list of strings');
}

function readRestart(value: unknown, where: string): RestartPolicy {
  if (value === 'no' || value === false) return { when: 'never', atMost: 0 };
  if (value === 'always' || value === 'unless-stopped') return { when: 'always', atMost: Infinity };
  const onFailure = /^on-failure(?::(\d+))?$/.exec(String(value));
  if (onFailure === null) throw invalid(where, value, 'no, always, unless-stopped or on-failure[:N]');
  return { when: 'on-failure', atMost: onFailure[1] === undefined ? Infinity : Number(onFailure[1]) };
}

function readVolume(value: unknown, where: string): VolumeMount {
  const match = /^([A-Za-z0-9][A-Za-z0-9_.-]*):(\/[^:]+)$/.exec(String(value));
  if (match?.[1] === undefined || match[2] === undefined)
    throw invalid(where, value, 'a named volume such as data:/data');
  return { volume: match[1], path: match[2] };
}

function list(value: unknown, where: string): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw invalid(where, value, 'a list');
}
