import { redisScript } from './fail-fast-redis.ts';

/** Returns the time of Redis in microseconds, and forgets the leases that have ended. */
const LIVE_LEASES = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
`;

/** Sets a lease. The set lives at least as long as its longest lease. */
const SET_LEASE = `
local function set_lease(holder, lease_ms)
  redis.call('ZADD', KEYS[1], now + lease_ms * 1000, holder)
  if redis.call('PTTL', KEYS[1]) < lease_ms then
    redis.call('PEXPIRE', KEYS[1], lease_ms)
  end
end
`;

/** A semaphore that is not used for a day forgets its last token. The time is larger than all earlier tokens. */
const DAY_MS = 86_400_000;

/**
 * KEYS: the holders, sorted by the end of their leases, and the last token. ARGV: holder, permits, lease in milliseconds.
 * Returns {1, token}, or {0, milliseconds until the next lease ends}.
 */
export const ACQUIRE = redisScript(`${LIVE_LEASES}${SET_LEASE}
local holder, permits, lease_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
if not redis.call('ZSCORE', KEYS[1], holder) and redis.call('ZCARD', KEYS[1]) >= permits then
  local next_lease = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {0, math.ceil((tonumber(next_lease[2]) - now) / 1000)}
end
set_lease(holder, lease_ms)
local last = tonumber(redis.call('GET', KEYS[2])) or 0
local token = math.max(last + 1, now)
redis.call('SET', KEYS[2], token, 'PX', math.max(${DAY_MS}, lease_ms))
return {1, token}
`);

/** KEYS: the holders. ARGV: holder, lease in milliseconds. Returns 1, or 0 if the holder has no permit. */
export const RENEW = redisScript(`${LIVE_LEASES}${SET_LEASE}
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
set_lease(ARGV[1], tonumber(ARGV[2]))
return 1
`);

/** KEYS: the holders. ARGV: holder, channel. Tells the waiting processes. */
export const RELEASE = redisScript(`
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then
  redis.call('PUBLISH', ARGV[2], '')
end
return 1
`);
