import { type FailFastRedis, type RedisScript } from '@groundwork/resilience/redis';
import { type Redis } from 'ioredis';
import { RedisNotDurableError } from '../../errors/redis-not-durable.error.ts';

/**
 * `synced`: refuses a server without `appendfsync always`. `unchecked`: for a server that does not permit `CONFIG GET`; you must make sure
 * that it keeps its writes.
 */
export type Durability = 'synced' | 'unchecked';

/** The command was not sent, so the server has written nothing. */
export class NotSent extends Error {
  constructor(cause?: unknown) {
    super('the command was not sent to Redis', { cause });
    this.name = 'NotSent';
  }
}

interface Connected {
  readonly stream: Redis['stream'];
  readonly runId: Promise<string>;
}

/**
 * The server behind a connection. It is checked once for each connection, because a connection never outlives its server.
 *
 * `appendfsync everysec` is not enough: while an fsync of the kernel is slow, Redis answers up to two seconds before it hands a write
 * over to the kernel, and `kill -9` loses these writes.
 */
export class DurableServer {
  readonly #redis: FailFastRedis;
  readonly #durability: Durability;
  #connected: Connected | undefined;

  constructor(redis: FailFastRedis, durability: Durability = 'synced') {
    this.#redis = redis;
    this.#durability = durability;
  }

  /**
   * Runs a script on a connection whose server keeps its writes.
   *
   * @param argsOf receives the run id of the server, which is new after each start
   * @returns the run id, and the reply
   * @throws {RedisNotDurableError | NotSent} before anything is written
   */
  async runScript(
    script: RedisScript,
    keys: readonly string[],
    argsOf: (runId: string) => readonly (string | number)[],
  ): Promise<readonly [runId: string, reply: unknown]> {
    const { stream, runId: asked } = await this.#connection();
    const runId = await asked;
    const reply = await this.#redis.runScript(script, keys, argsOf(runId), (redis) => {
      if (redis.stream !== stream || redis.status !== 'ready') throw new NotSent();
    });
    return [runId, reply];
  }

  /** Returns the run id of the server. @throws {RedisNotDurableError | NotSent} */
  async runId(): Promise<string> {
    return (await this.#connection()).runId;
  }

  /** Asks the server again: its configuration may have changed. @throws {RedisNotDurableError | NotSent} */
  async check(): Promise<void> {
    await this.#redis.send((redis) => identify(redis, this.#durability)).catch(throwUnwritten);
  }

  async #connection(): Promise<Connected> {
    let stream: Redis['stream'] | undefined;
    const runId = this.#redis
      .send((redis) => {
        ({ stream } = redis);
        if (redis.status !== 'ready') return Promise.reject(new NotSent());
        if (this.#connected?.stream === stream) return this.#connected.runId;
        const asked = identify(redis, this.#durability);
        this.#connected = { stream, runId: asked };
        return asked;
      })
      .catch((cause: unknown) => {
        if (this.#connected?.stream === stream) this.#connected = undefined;
        throwUnwritten(cause);
      });
    await runId;
    return { stream: stream as Redis['stream'], runId };
  }
}

/** For calls that write nothing, whatever fails. */
function throwUnwritten(cause: unknown): never {
  throw cause instanceof RedisNotDurableError || cause instanceof NotSent ? cause : new NotSent(cause);
}

/** Returns the run id of the server. */
async function identify(redis: Redis, durability: Durability): Promise<string> {
  const information = await redis.info('server');
  if (durability === 'synced') {
    const configuration = await redis.config('GET', '*append*', 'maxmemory-policy');
    const faults = faultsOf(pairsOf(configuration as string[]));
    if (faults.length > 0) throw new RedisNotDurableError(faults);
  }
  const runId = /^run_id:(\w+)/m.exec(information)?.[1];
  if (runId === undefined)
    throw new RedisNotDurableError(['INFO server has no run_id, so a restart is not noticed']);
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
