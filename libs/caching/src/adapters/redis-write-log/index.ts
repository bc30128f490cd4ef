export { WriteLogNotDurable } from './durable-server.ts';
export { RedisWriteLog, type RedisWriteLogOptions } from './redis-write-log.ts';
