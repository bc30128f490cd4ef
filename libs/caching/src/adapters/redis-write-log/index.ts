export { RedisWriteLog, type RedisWriteLogOptions } from './redis-write-log.ts';
