export { TopologyError } from './topology.error.ts';
export { orphanGuard } from './servers/process/orphan-guard.ts';
export { freePort, isFree } from './servers/process/free-port.ts';
export { ManagedProcess, type Exit, type Launch } from './servers/process/managed-process.ts';
export { Server } from './servers/server.ts';
export { startPostgres } from './servers/postgres/start-postgres.ts';
export { startRedis } from './servers/redis/start-redis.ts';
export { startKafka } from './servers/kafka/start-kafka.ts';
