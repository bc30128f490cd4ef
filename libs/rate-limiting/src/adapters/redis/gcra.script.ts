import { createHash } from 'node:crypto';

/**
 * `admit` of the core as one atomic script on Redis' own clock: it does not depend on the clocks of the processes.
 * KEYS[1] state, ARGV interval and cost and capacity. Returns {admitted 0|1, backlog in microseconds}.
 *
 * The TAT expires when the bucket is full again; a missing key means a full bucket.
 */
export const GCRA_SCRIPT = `
local interval, cost, capacity = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local horizon = now + capacity * interval
local stored = tonumber(redis.call('GET', KEYS[1])) or now
local tat = math.min(math.max(stored, now), horizon)
local following = tat + cost * interval
local admitted = following <= horizon and 1 or 0
if admitted == 1 then
  tat = following
end
if admitted == 1 or stored > horizon then
  redis.call('SET', KEYS[1], tat, 'PX', math.ceil((tat - now) / 1000))
end
return {admitted, tat - now}
`;

export const GCRA_SCRIPT_SHA1 = createHash('sha1').update(GCRA_SCRIPT).digest('hex');
