import { type Service } from '../compose/service.ts';
import { TopologyError } from '../topology.error.ts';
import { kafkaRunner } from './kafka.runner.ts';
import { nodeRunner } from './node.runner.ts';
import { postgresRunner } from './postgres.runner.ts';
import { redisRunner } from './redis.runner.ts';
import { type Runner } from './runner.ts';

const RUNNERS: readonly Runner[] = [postgresRunner, redisRunner, kafkaRunner, nodeRunner];

/** Returns the runner for this service's image. A service without a runner is an error before anything starts. */
export function runnerOf(service: Service): Runner {
  const runner = RUNNERS.find((candidate) => candidate.runs(service));
  if (runner !== undefined) return runner;
  throw new TopologyError(
    'unknown-image',
    `services.${service.name}: the native engine cannot run the image ${service.image}; it runs postgres, redis, valkey/valkey, ` +
      'apache/kafka, and images built here whose command starts with node',
  );
}
