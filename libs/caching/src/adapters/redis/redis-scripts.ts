import { type Redis } from 'ioredis';
import { type Put } from '../../tiers/tier.ts';
import { CLAIM, EXPIRE, FENCE, INVALIDATE, PUT, READ, RECOVER, RELEASE, WRITE } from './scripts.ts';

/** An entry as the scripts return it: its value has the bytes of a codec. */
export type ScriptEntry = [value: Buffer, tags: Buffer, ttlMs: number, staleMs: number, loadMs: number];

type Script<Reply> = (
  keyCount: number,
  ...keysAndArguments: (string | number | Uint8Array)[]
) => Promise<Reply>;

export interface RedisScripts {
  cacheReadBuffer: Script<ScriptEntry | null>;
  cacheClaimBuffer: Script<[state: Buffer, detail: Buffer | number, ...entry: ScriptEntry | []]>;
  cacheFence: Script<string>;
  cacheWrite: Script<0 | 1>;
  cacheRelease: Script<null>;
  cachePut: Script<[Put['outcome'], position: string]>;
  cacheInvalidate: Script<string>;
  cacheExpire: Script<string>;
  cacheRecover: Script<string>;
}

const SCRIPTS = {
  cacheRead: READ,
  cacheClaim: CLAIM,
  cacheFence: FENCE,
  cacheWrite: WRITE,
  cacheRelease: RELEASE,
  cachePut: PUT,
  cacheInvalidate: INVALIDATE,
  cacheExpire: EXPIRE,
  cacheRecover: RECOVER,
};

/** Returns the connection with the scripts of a tier as commands. */
export function scriptsOf(redis: Redis): RedisScripts {
  for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(name, { lua });
  return redis as unknown as RedisScripts;
}
