import { redisScript } from '@groundwork/resilience/redis';

/**
 * Decides all groups of charges of one turn of the event loop, in their order, each group all or nothing (`admitAll` of the
 * core). One atomic script on Redis' own clock: it does not depend on the clocks of the processes.
 *
 * - KEYS: one for each charge.
 * - ARGV[1]: words. For each group its method (`take`, `peek`, `refund`) and its number of charges; then for each of these charges
 *   interval, cost, capacity, and 1 for an enforced or 0 for a shadow policy. One text, because a client takes long to send many
 *   arguments.
 * - Returns for each charge {admitted 0|1, backlog in microseconds}, as one flat list.
 *
 * A TAT expires when its bucket is full again: an absent key means a full bucket. A value of another type
 * also counts as a full bucket.
 */
export const DECIDE_CHARGES = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function stored_at(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and tonumber(value) or now
end

local function store(key, tat)
  if tat > now then
    redis.call('SET', key, tat, 'PX', math.ceil((tat - now) / 1000))
  else
    redis.call('DEL', key)
  end
end

local words = {}
for word in string.gmatch(ARGV[1], '%S+') do
  words[#words + 1] = word
end

local answers, key, argument = {}, 0, 0
while argument < #words do
  local method, count = words[argument + 1], tonumber(words[argument + 2])
  argument = argument + 2
  local charges, all_admitted = {}, true
  for index = 1, count do
    key = key + 1
    local interval, cost, capacity = tonumber(words[argument + 1]), tonumber(words[argument + 2]), tonumber(words[argument + 3])
    local enforced = words[argument + 4] == '1'
    argument = argument + 4
    local stored = stored_at(KEYS[key])
    local horizon = now + capacity * interval
    local tat = math.min(math.max(stored, now), horizon)
    local admitted = tat + cost * interval <= horizon
    if enforced and not admitted then
      all_admitted = false
    end
    charges[index] = {key = KEYS[key], stored = stored, tat = tat, units = cost * interval, admitted = admitted}
  end
  for index = 1, count do
    local charge = charges[index]
    if method == 'refund' then
      charge.tat = math.max(charge.stored - charge.units, now)
    elseif method == 'take' and all_admitted and charge.admitted then
      charge.tat = charge.tat + charge.units
    end
    if method ~= 'peek' and charge.tat ~= math.max(charge.stored, now) then
      store(charge.key, charge.tat)
    end
    answers[#answers + 1] = charge.admitted and 1 or 0
    answers[#answers + 1] = charge.tat - now
  end
end
return answers
`);
