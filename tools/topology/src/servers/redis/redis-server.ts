import { findOnPath } from '../../host/find-on-path.ts';
import { TopologyError } from '../../topology.error.ts';

/** Returns the path of `redis-server`, otherwise of `valkey-server`, which accepts the same arguments. */
export function redisServerBinary(): string {
  const binary = findOnPath('redis-server') ?? findOnPath('valkey-server');
  if (binary === undefined) {
    throw new TopologyError(
      'redis-missing',
      'redis-server and valkey-server are missing on PATH: install redis (npm run doctor shows how)',
    );
  }
  return binary;
}
