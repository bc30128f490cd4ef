import {
  FailFastRedis,
  type FailFastRedisOptions,
  type RedisScript,
  RedisWakeUps,
} from '@groundwork/resilience/redis';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { RedisNotDurableError } from '../../errors/redis-not-durable.error.ts';
import { WriteLogUnavailable } from '../../write-behind/errors.ts';
import {
  type AppendAnswer,
  type Change,
  type LogEntry,
  type LogIdentity,
  type LogLimits,
  type LogState,
  type Pending,
  type Seen,
  type Write,
  type WriteLog,
} from '../../write-behind/write-log.ts';
import { type Durability, DurableServer, NotSent } from '../redis/durable-server.ts';
import { ADMIT, APPEND, IDENTIFY, PENDING, READ, SETTLE } from './write-log.scripts.ts';

export interface RedisWriteLogOptions extends FailFastRedisOptions {
  /** All processes with the same name share the log. */
  readonly name: string;
  /** Default: `synced`. */
  readonly durability?: Durability;
}

/** Version of the keys and their contents. Increase it with every change, after the log was flushed by the old version. */
const FORMAT = 1;
const DEFAULT_TIMEOUT_MS = 1_000;

type StateReply = [log: string, last: string, settled: string, entries: number, bytes: string];
type Fields = [
  c: string,
  collection: string,
  k: string,
  key: string,
  o: string,
  operation: string,
  v: string,
  value: string,
  t: string,
  token: string,
];

/**
 * A write-behind log in a stream of Redis. Each call is one script.
 *
 * An append names the server that was compared with the store (`admit`), by its run id.
 */
export class RedisWriteLog implements WriteLog {
  readonly #redis: FailFastRedis;
  readonly #messages: RedisWakeUps;
  readonly #keys: readonly string[];
  readonly #server: DurableServer;

  constructor({ name, durability, ...connection }: RedisWriteLogOptions) {
    this.#redis = new FailFastRedis({ commandTimeoutMs: DEFAULT_TIMEOUT_MS, ...connection });
    this.#server = new DurableServer(this.#redis, durability);
    this.#messages = new RedisWakeUps((options) => new Redis(connection.url, options));
    // The braces keep all keys on one node of a Redis Cluster.
    this.#keys = ['s', 'm', 'p', 't', 'r'].map((key) => `{write-behind:${name}:${FORMAT}}:${key}`);
  }

  async append(write: Write, { maxEntries, maxBytes }: LogLimits, seen?: Seen): Promise<AppendAnswer> {
    const { collection, key, change, idempotencyKey = '' } = write;
    const condition = [seen?.position ?? '', seen?.settled ?? ''];
    const args = [collection, key, ...textsOf(change), idempotencyKey, maxEntries, maxBytes, ...condition];
    try {
      const [, reply] = await this.#runOnServer(APPEND, (server) => [server, ...args]);
      const [outcome, position] = reply as [AppendAnswer['outcome'], string?];
      return outcome === 'appended' ? { outcome, position: Number(position) } : { outcome };
    } catch (error) {
      if (isOutOfMemory(error)) return { outcome: 'full' };
      throw error;
    }
  }

  async pending(collection: string, key: string): Promise<Pending> {
    const reply = await this.#run(PENDING, [collection, key]);
    const [settled, floor, position, sum, fields] = reply as [string, string, string, string, Fields | []];
    const change = fields.length === 0 ? undefined : changeOf(fields);
    return {
      ...{ settled: Number(settled), floor: Number(floor), position: Number(position), sum: Number(sum) },
      change: change?.op === 'add' ? undefined : change,
    };
  }

  async read(after: number, limit: number): Promise<{ entries: LogEntry[]; state: LogState }> {
    const [state, entries] = (await this.#run(READ, [after, limit])) as [
      StateReply,
      [id: string, fields: Fields][],
    ];
    return { state: stateOf(state), entries: entries.map(([id, fields]) => entryOf(id, fields)) };
  }

  async settle(log: string, through: number, areForgotten: boolean): Promise<void> {
    await this.#run(SETTLE, [log, through, areForgotten ? '1' : '']);
  }

  async identify(): Promise<LogIdentity> {
    const [server, reply] = await this.#runOnServer(IDENTIFY, () => [randomUUID()]);
    const [log, admitted] = reply as [string, string];
    return { log, isNew: admitted === '', server };
  }

  async admit({ log, server: expected }: LogIdentity, stored: number): Promise<LogState | undefined> {
    if (expected !== (await classified(this.#server.runId()))) return undefined;
    const [server, before] = await this.#runOnServer(ADMIT, (runId) => [runId, log, stored]);
    return server === expected && before !== null ? stateOf(before as StateReply) : undefined;
  }

  onChange(wake: () => void): () => void {
    return this.#messages.subscribe(this.#keys[0] as string, wake);
  }

  /** Checks that the server answers, and that its configuration still keeps acknowledged writes. */
  async ping(): Promise<void> {
    await classified(this.#server.check());
  }

  /** Idempotent. Calls that are in flight or start later reject. */
  close(): void {
    this.#redis.close();
    this.#messages.close();
  }

  #runOnServer(
    script: RedisScript,
    argsOf: (server: string) => readonly (string | number)[],
  ): Promise<readonly [server: string, reply: unknown]> {
    return classified(this.#server.runScript(script, this.#keys, argsOf));
  }

  async #run(script: RedisScript, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.#redis.runScript(script, this.#keys, args);
    } catch (cause) {
      throw new WriteLogUnavailable('not-written', { cause });
    }
  }
}

/** An error of the server says that its script has written nothing. Without an answer, it may have written. */
async function classified<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof RedisNotDurableError || isOutOfMemory(cause)) throw cause;
    const isAnswer = cause instanceof Error && cause.name === 'ReplyError';
    throw new WriteLogUnavailable(isAnswer || cause instanceof NotSent ? 'not-written' : 'unknown', {
      cause,
    });
  }
}

/** The prefix of the message is part of Redis' protocol. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('OOM');
}

function textsOf(change: Change): [operation: string, value: string] {
  if (change.op === 'add') return ['a', String(change.amount)];
  return change.op === 'put' ? ['p', change.json] : ['d', ''];
}

function changeOf([, , , , , operation, , value]: Fields): Change {
  if (operation === 'a') return { op: 'add', amount: Number(value) };
  return operation === 'p' ? { op: 'put', json: value } : { op: 'delete' };
}

function entryOf(id: string, fields: Fields): LogEntry {
  const [, collection, , key, , , , , , token] = fields;
  return {
    ...{ position: Number(id.split('-')[0]), collection, key, change: changeOf(fields) },
    ...(token === '' ? {} : { idempotencyKey: token }),
  };
}

function stateOf([log, last, settled, entries, bytes]: StateReply): LogState {
  return { log, last: Number(last), settled: Number(settled), entries, bytes: Number(bytes) };
}
