import { redisScript } from '@groundwork/resilience/redis';

/** Idempotency keys of settled entries are kept for a while, so that a late repetition is recognised before it is counted. */
const [MOST_RECENT, KEEP_RECENT_MS] = [10_000, 600_000];

/** A reply has at most about this many bytes of entries, so that it arrives within the time of a call. */
const MOST_BYTES = 1_048_576;

/**
 * The log. Its keys share a prefix:
 *
 *   s   stream: the entries, with ids `<position>-0`; fields c (collection), k (key), o (operation: a, p, d), v (amount or JSON text),
 *       t (idempotency key or '')
 *   m   hash: log (its random id), last, settled, bytes, floor; `server`, the run id of the server that was compared with the store
 *   p   hash: collection NUL key → position of the newest entry, a space, sum of the amounts
 *   t   hash: collection NUL key NUL idempotency key → position of its entry
 *   r   sorted set: the fields of t whose entry has settled, by the time of their settlement
 *
 * Names contain no NUL. A number is written with all digits: `tostring` rounds from 10^14 on.
 */
const shared = `
  local stream, meta, newest, tokens, recent = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
  local function digits(number) return string.format('%.0f', number) end
  local function metaOf(name) return tonumber(redis.call('HGET', meta, name) or 0) end
  local function newestOf(field)
    local text = redis.call('HGET', newest, field)
    if not text then return 0, 0 end
    local position, sum = string.match(text, '^(%d+) (-?%d+)$')
    return tonumber(position), tonumber(sum)
  end
  local function setNewest(field, position, sum)
    redis.call('HSET', newest, field, digits(position) .. ' ' .. digits(sum))
  end
  local function sizeOf(fields)
    local size = 256
    for index = 2, #fields, 2 do
      if fields[index - 1] ~= 'o' and not (fields[index - 1] == 'v' and fields[6] == 'a') then size = size + #fields[index] end
    end
    return size
  end
  local function state()
    local log = redis.call('HGET', meta, 'log') or ''
    return { log, digits(metaOf('last')), digits(metaOf('settled')), redis.call('XLEN', stream), digits(metaOf('bytes')) }
  end`;

/** Frees memory, or needs little of it: it also runs on a server without memory. */
const withoutMemory = '#!lua flags=allow-oom';

/**
 * ARGV: run id, collection, key, operation, amount or JSON text, idempotency key, the most entries, the most bytes, and what the caller
 * has seen: position and settled position, or two empty texts. The channel of its messages is the name of the stream.
 *
 * A Redis without memory refuses only the first write of a script, so the script writes everything or nothing.
 */
export const APPEND = redisScript(`${shared}
  local server, collection, key, operation, value, token = unpack(ARGV)
  if redis.call('HGET', meta, 'server') ~= server then return { 'not-admitted' } end
  local field = collection .. '\\0' .. key
  local tokenField = field .. '\\0' .. token
  local known = token ~= '' and redis.call('HGET', tokens, tokenField)
  if known then return { 'appended', known } end
  local fields = { 'c', collection, 'k', key, 'o', operation, 'v', value, 't', token }
  local size = sizeOf(fields)
  local entries, bytes = redis.call('XLEN', stream), metaOf('bytes')
  if entries >= tonumber(ARGV[7]) or bytes + size > tonumber(ARGV[8]) then return { 'full' } end
  local position, sum = newestOf(field)
  if ARGV[9] ~= '' then
    local isSame = position == tonumber(ARGV[9]) and (position > 0 or metaOf('settled') == tonumber(ARGV[10]))
    if not isSame then return { 'changed' } end
  end
  local last = redis.call('HINCRBY', meta, 'last', 1)
  redis.call('XADD', stream, digits(last) .. '-0', unpack(fields))
  redis.call('HINCRBY', meta, 'bytes', size)
  setNewest(field, last, operation == 'a' and sum + tonumber(value) or 0)
  if token ~= '' then redis.call('HSET', tokens, tokenField, digits(last)) end
  if entries == 0 then redis.pcall('PUBLISH', stream, '') end
  return { 'appended', digits(last) }`);

/** ARGV: collection, key. Returns settled, floor, newest position, sum, and the fields of the newest entry. */
export const PENDING = redisScript(`${shared}
  local position, sum = newestOf(ARGV[1] .. '\\0' .. ARGV[2])
  local id = digits(position) .. '-0'
  local entry = position > 0 and redis.call('XRANGE', stream, id, id)[1]
  return { digits(metaOf('settled')), digits(metaOf('floor')), digits(position), digits(sum), entry and entry[2] or {} }`);

/** ARGV: position, the most entries. Returns the state, and the entries after the position: fewer where they are large. */
export const READ = redisScript(`${shared}
  local after, limit, found, bytes = tonumber(ARGV[1]), tonumber(ARGV[2]), {}, 0
  while #found < limit and bytes < ${MOST_BYTES} do
    local part = redis.call('XRANGE', stream, digits(after + 1) .. '-0', '+', 'COUNT', math.min(20, limit - #found))
    if #part == 0 then break end
    for _, entry in ipairs(part) do
      if bytes >= ${MOST_BYTES} then break end
      table.insert(found, entry)
      bytes = bytes + sizeOf(entry[2])
      after = tonumber(string.match(entry[1], '^%d+'))
    end
  end
  return { state(), found }`);

/** ARGV: log, position, and '1' when no cache has older values. */
export const SETTLE = redisScript(`${withoutMemory}
  ${shared}
  local through, settled = tonumber(ARGV[2]), metaOf('settled')
  if redis.call('HGET', meta, 'log') ~= ARGV[1] or through <= settled then return end
  local time = redis.call('TIME')
  local now, bytes = time[1] * 1000 + math.floor(time[2] / 1000), metaOf('bytes')
  for _, entry in ipairs(redis.call('XRANGE', stream, '-', digits(through) .. '-0')) do
    local fields = entry[2]
    local field = fields[2] .. '\\0' .. fields[4]
    local position, sum = newestOf(field)
    if position <= through then redis.call('HDEL', newest, field)
    elseif fields[6] == 'a' then setNewest(field, position, sum - tonumber(fields[8])) end
    if fields[10] ~= '' then redis.call('ZADD', recent, now, field .. '\\0' .. fields[10]) end
    bytes = bytes - sizeOf(fields)
  end
  redis.call('XTRIM', stream, 'MINID', '=', digits(through + 1) .. '-0')
  redis.call('HSET', meta, 'settled', digits(through), 'bytes', digits(bytes))
  if metaOf('last') < through then redis.call('HSET', meta, 'last', digits(through)) end
  if ARGV[3] ~= '1' then redis.call('HSET', meta, 'floor', digits(through)) end
  local function forget(expired)
    for _, token in ipairs(expired) do
      redis.call('HDEL', tokens, token)
      redis.call('ZREM', recent, token)
    end
  end
  forget(redis.call('ZRANGEBYSCORE', recent, '-inf', now - ${KEEP_RECENT_MS}, 'LIMIT', 0, 1000))
  local surplus = redis.call('ZCARD', recent) - ${MOST_RECENT}
  if surplus > 0 then forget(redis.call('ZRANGE', recent, 0, math.min(surplus, 1000) - 1)) end
  redis.pcall('PUBLISH', stream, '')`);

/** ARGV: a random id for a new log. Returns the id of the log, and the run id of the server that was admitted last. */
export const IDENTIFY = redisScript(`${withoutMemory}
  ${shared}
  redis.call('HSETNX', meta, 'log', ARGV[1])
  return { redis.call('HGET', meta, 'log'), redis.call('HGET', meta, 'server') or '' }`);

/** ARGV: run id, log, position of the store. Returns the state before, or nothing when the server has another log. */
export const ADMIT = redisScript(`${withoutMemory}
  ${shared}
  if redis.call('HGET', meta, 'log') ~= ARGV[2] then return end
  local before, stored = state(), tonumber(ARGV[3])
  redis.call('HSET', meta, 'server', ARGV[1])
  if metaOf('last') < stored then redis.call('HSET', meta, 'last', digits(stored)) end
  return before`);
