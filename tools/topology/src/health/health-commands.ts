import { isKafkaReady } from '../servers/kafka/is-kafka-ready.ts';
import { isPostgresReady } from '../servers/postgres/is-postgres-ready.ts';
import { isRedisReady } from '../servers/redis/is-redis-ready.ts';
import { type Assignment } from '../runners/runner.ts';

/**
 * A program that a container's image has and this machine may lack, or that costs too much to start every few seconds
 * (the Kafka tool: a second of two cores). It asks the server the same question. Undefined: not with these arguments.
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

/** Our own services' probe: a Node process each for eight replicas every five seconds would be the busiest part of an idle platform. */
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
