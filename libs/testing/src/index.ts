export { eventually } from './eventually.ts';
export { createTestDatabase, type TestDatabase } from './postgres/create-test-database.ts';
export { startTestPostgres } from './postgres/start-test-postgres.ts';
export { startTestRedis, type TestRedisOptions } from './redis/start-test-redis.ts';
export { testKafka, type TestKafka } from './kafka/test-kafka.ts';
export { startTestKafka } from './kafka/start-test-kafka.ts';
export { type StoppableServer } from './stoppable-server.ts';
export { startRunServers, type RunServers, type SharedServer } from './run-servers.ts';
export { temporaryFolder } from './temporary-folder.ts';
