import { findOnPath } from '../../host/find-on-path.ts';
import { TopologyError } from '../../topology.error.ts';

/** Path of `redis-server`, else of `valkey-server`, which takes the same arguments. */
export function redisServerBinary(): string {
  const binary = findOnPath('redis-server') ?? findOnPath('valkey-server');
  if (binary === undefined) {
    throw new TopologyError(
      'redis-missing',
      'neither redis-server nor valkey-server is on PATH: install redis (npm run doctor says how)',
    );
  }
  return binary;
}
