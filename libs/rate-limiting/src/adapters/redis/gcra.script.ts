import { createHash } from 'node:crypto';

/**
 * `admit` of the core as one atomic script, on Redis' own clock: the processes' clocks never matter.
 * KEYS[1] state, ARGV interval and cost and capacity. Returns {admitted 0|1, backlog in microseconds}.
 *
 * The TAT expires when the bucket is full again, and an absent key means just that.
 */
export const GCRA_SCRIPT = `
local interval, cost, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local horizon = now + capacity * interval
local tat = math.min(math.max(tonumber(redis.call('GET', KEYS[1])) or now, now), horizon)
local following = tat + cost * interval
if following > horizon then
  return {0, tat - now}
end
redis.call('SET', KEYS[1], following, 'PX', math.ceil((following - now) / 1000))
return {1, following - now}
`;

export const GCRA_SCRIPT_SHA1 = createHash('sha1').update(GCRA_SCRIPT).digest('hex');
