import { isKafkaReady } from '../servers/kafka/is-kafka-ready.ts';
import { isPostgresReady } from '../servers/postgres/is-postgres-ready.ts';
import { isRedisReady } from '../servers/redis/is-redis-ready.ts';
import { type Assignment } from '../runners/runner.ts';

/**
 * Replaces a program that exists in the container's image but may be missing on this machine, or that is too expensive to
 * start every few seconds (the Kafka tool: one second of two cores). It sends the same request to the server. Returns
 * undefined for arguments that it does not support.
 */
type Equivalent = (args: readonly string[], assignment: Assignment) => Promise<boolean> | undefined;

const pgIsReady: Equivalent = (args, assignment) =>
  assignment.port(Number(option(args, '-p') ?? 5432)).then((port) =>
    isPostgresReady(port, {
      user: option(args, '-U') ?? 'postgres',
      database: option(args, '-d') ?? 'postgres',
    }),
  );

const redisCli: Equivalent = (args, assignment) =>
  args.at(-1)?.toLowerCase() === 'ping'
    ? assignment.port(Number(option(args, '-p') ?? 6379)).then((port) => isRedisReady(port))
    : undefined;

const kafkaBrokerApiVersions: Equivalent = (args) => {
  const [host, port] = option(args, '--bootstrap-server')?.split(':') ?? [];
  return port === undefined ? undefined : isKafkaReady(Number(port), host);
};

/**
 * Replaces the probe of our own services: starting a Node process for each of eight replicas every five seconds would cause
 * most of the load of an idle platform.
 */
const node: Equivalent = ([script], { environment }) =>
  script === 'libs/service-kit/dist/probe.js'
    ? fetch(`http://${environment['LISTEN_ADDRESS']}/health/ready`, {
        signal: AbortSignal.timeout(2_500),
      }).then(async (response) => {
        await response.body?.cancel();
        return response.ok;
      })
    : undefined;

const EQUIVALENTS: Record<string, Equivalent> = {
  node,
  pg_isready: pgIsReady,
  'redis-cli': redisCli,
  'valkey-cli': redisCli,
  '/opt/kafka/bin/kafka-broker-api-versions.sh': kafkaBrokerApiVersions,
};

export function equivalentOf(words: readonly string[], assignment: Assignment): Promise<boolean> | undefined {
  const [program = '', ...args] = words;
  return EQUIVALENTS[program]?.(args, assignment);
}

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}
