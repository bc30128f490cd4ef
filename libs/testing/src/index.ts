export { eventually } from './eventually.ts';
export {
  createPreparedDatabase,
  createTestDatabase,
  type TestDatabase,
} from './postgres/create-test-database.ts';
export { type Session, transactionsOf } from './postgres/transactions-of.ts';
export { startTestPostgres } from './postgres/start-test-postgres.ts';
export { startTestRedis, type TestRedisOptions } from './redis/start-test-redis.ts';
export { startTestVarnish } from './varnish/start-test-varnish.ts';
export { FreezableProcess, type FreezableProcessOptions } from './freezable-process.ts';
export { randomOf } from './random-of.ts';
export { readTopic, type ReadMessage, type TopicReader } from './kafka/read-topic.ts';
export { testKafka, type TestKafka } from './kafka/test-kafka.ts';
export { startTestKafka } from './kafka/start-test-kafka.ts';
export { type StoppableServer } from './stoppable-server.ts';
export { startRunServers, type RunServers, type SharedServer } from './run-servers.ts';
export { spawnProgram } from './spawn-program.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { startPartitionableProxy, type PartitionableProxy } from './partitionable-proxy.ts';
export { VirtualClock } from './virtual-clock.ts';
