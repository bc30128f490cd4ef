import { redisScript } from '@groundwork/resilience/redis';

/**
 * A job is a member of the sorted set of due times, and a field of the hash. Its value is its numbers and its token, separated by spaces:
 * when it was stored, confirmed purges, failures, refusals, and the token of its claim or `-`.
 *
 * Times are milliseconds of Redis' clock. A jump of it makes purges early or late by the jump.
 */
const COMMON = `
local due, jobs = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function read(id)
  local text = redis.call('HGET', jobs, id)
  if not text then return nil end
  local stored, purges, failures, refusals, token = string.match(text, '^(%d+) (%d+) (%d+) (%d+) (.+)$')
  return { stored = stored, purges = purges, failures = failures, refusals = refusals, token = token }
end
local function write(id, job, due_at)
  local text = table.concat({ job.stored, job.purges, job.failures, job.refusals, job.token }, ' ')
  redis.call('HSET', jobs, id, text)
  redis.call('ZADD', due, string.format('%.0f', due_at), id)
end
`;

/** Claims and settlements need little memory, and free more: they also run on a server without memory. */
const WITHOUT_MEMORY = '#!lua flags=allow-oom';

/**
 * KEYS: due times, jobs. ARGV: most jobs, channel, ids of jobs. Returns 1, or 0 if there is no room.
 * Known jobs need no room: the limit may have been lowered since. A new token is not needed: an unclaimed job has none, so the claim of its worker has ended.
 */
export const PUT_PURGES = redisScript(`${COMMON}
local added = 0
for i = 3, #ARGV do
  if redis.call('HEXISTS', jobs, ARGV[i]) == 0 then added = added + 1 end
end
if added > 0 and redis.call('HLEN', jobs) + added > tonumber(ARGV[1]) then return 0 end
for i = 3, #ARGV do
  local known = read(ARGV[i]) or { failures = 0, refusals = 0 }
  local stored = string.format('%.0f', now)
  write(ARGV[i], { stored = stored, purges = 0, failures = known.failures, refusals = known.refusals, token = '-' }, now)
end
redis.call('PUBLISH', ARGV[2], '')
return 1
`);

/**
 * KEYS: due times, jobs. ARGV: most jobs, lease in milliseconds, token. Returns the time until the next job is due, or -1 without jobs, and then
 * for each job: id, age in milliseconds, purges, failures, refusals.
 */
export const CLAIM_PURGES = redisScript(`${WITHOUT_MEMORY}${COMMON}
local reply = { -1 }
for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local job = read(id)
  if job then
    job.token = ARGV[3]
    write(id, job, now + ARGV[2])
    for _, value in ipairs({ id, now - job.stored, tonumber(job.purges), tonumber(job.failures), tonumber(job.refusals) }) do
      table.insert(reply, value)
    end
  else
    redis.call('ZREM', due, id)
  end
end
local following = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if following[2] then reply[1] = math.max(0, following[2] - now) end
return reply
`);

/** KEYS: due times, jobs. ARGV: token, and for each job: id, time until it is due or -1 to remove it, purges, failures, refusals. */
export const SETTLE_PURGES = redisScript(`${WITHOUT_MEMORY}${COMMON}
for i = 2, #ARGV, 5 do
  local id = ARGV[i]
  local job = read(id)
  if job and job.token == ARGV[1] then
    if tonumber(ARGV[i + 1]) < 0 then
      redis.call('ZREM', due, id)
      redis.call('HDEL', jobs, id)
    else
      job.purges, job.failures, job.refusals, job.token = ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], '-'
      write(id, job, now + ARGV[i + 1])
    end
  end
end
return 1
`);
