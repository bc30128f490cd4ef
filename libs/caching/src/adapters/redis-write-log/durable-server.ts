import { type Redis } from 'ioredis';

/** The server of a write-behind log could lose acknowledged writes. */
export class WriteLogNotDurable extends Error {
  readonly code = 'write-log-not-durable';
  readonly retryable = false;

  constructor(faults: readonly string[]) {
    super(
      `the Redis server of a write-behind log must keep every acknowledged write, but ${faults.join(', and ')}. ` +
        'Start it with: --appendonly yes --appendfsync always --maxmemory-policy noeviction',
    );
    this.name = 'WriteLogNotDurable';
  }
}

type Durability = 'synced' | 'unchecked';

/**
 * Reads how a server keeps its writes.
 *
 * `appendfsync everysec` is not enough: while an fsync of the kernel is slow, Redis answers up to two seconds before it hands a write
 * over to the kernel, and `kill -9` loses these writes.
 *
 * @returns the run id of the server, which is new after each start
 * @throws {WriteLogNotDurable} when the server could lose or evict acknowledged writes
 */
export async function identifyServer(redis: Redis, durability: Durability): Promise<string> {
  const information = await redis.info('server');
  if (durability === 'synced') {
    const configuration = await redis.config('GET', '*append*', 'maxmemory-policy');
    const faults = faultsOf(pairsOf(configuration as string[]));
    if (faults.length > 0) throw new WriteLogNotDurable(faults);
  }
  const runId = /^run_id:(\w+)/m.exec(information)?.[1];
  if (runId === undefined)
    throw new WriteLogNotDurable(['INFO server has no run_id, so a restart is not noticed']);
  return runId;
}

function faultsOf(settings: ReadonlyMap<string, string>): string[] {
  const expected = {
    ...{ appendonly: 'yes', appendfsync: 'always', 'no-appendfsync-on-rewrite': 'no' },
    'maxmemory-policy': 'noeviction',
  };
  return Object.entries(expected)
    .filter(([name, value]) => settings.get(name) !== value)
    .map(([name]) => `${name} is ${settings.get(name) ?? 'unknown'}`);
}

function pairsOf(list: readonly string[]): Map<string, string> {
  return new Map(list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] as string]] : [])));
}
