import { createHash } from 'node:crypto';

/** A Lua script, and the digest by which Redis knows it once it is loaded. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

const script = (text: string): Script => ({ text, sha1: createHash('sha1').update(text).digest('hex') });

/**
 * `admit` of the core as one atomic script on Redis' own clock: it does not depend on the clocks of the processes.
 * KEYS[1] state, ARGV interval and cost and capacity, and 1 to take the units or 0 to only decide. Returns {admitted 0|1,
 * backlog in microseconds}.
 *
 * The TAT expires when the bucket is full again; a missing key means a full bucket.
 */
export const TAKE = script(`
local interval, cost, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local horizon = now + capacity * interval
local stored = tonumber(redis.call('GET', KEYS[1])) or now
local tat = math.min(math.max(stored, now), horizon)
local following = tat + cost * interval
local admitted = following <= horizon and 1 or 0
if ARGV[4] == '0' then
  return {admitted, tat - now}
end
if admitted == 1 then
  tat = following
end
if admitted == 1 or stored > horizon then
  redis.call('SET', KEYS[1], tat, 'PX', math.ceil((tat - now) / 1000))
end
return {admitted, tat - now}
`);

/** Gives units back. KEYS[1] state, ARGV interval and cost. */
export const REFUND = script(`
local stored = redis.call('GET', KEYS[1])
if not stored then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local tat = tonumber(stored) - ARGV[1] * ARGV[2]
if tat > now then
  redis.call('SET', KEYS[1], tat, 'PX', math.ceil((tat - now) / 1000))
else
  redis.call('DEL', KEYS[1])
end
return 1
`);
