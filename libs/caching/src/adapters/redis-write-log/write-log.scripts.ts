import { redisScript } from '@groundwork/resilience/redis';

/**
 * The log. Its keys share a prefix:
 *
 *   s   stream: the entries, with ids `<position>-0`; fields c (collection), k (key), o (operation: a, p, d), v (amount or JSON text),
 *       t (idempotency key or '')
 *   m   hash: last, settled, bytes, floor; `server`, the run id of the server that was compared with the store
 *   p   hash: collection NUL key → position of the newest entry, a space, sum of the amounts
 *   t   hash: collection NUL idempotency key → position of its entry
 *
 * A number is written with all digits: `tostring` rounds from 10^14 on.
 */
const shared = `
  local stream, meta, newest, tokens = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
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
    return { digits(metaOf('last')), digits(metaOf('settled')), redis.call('XLEN', stream), digits(metaOf('bytes')) }
  end`;

/**
 * ARGV: run id, collection, key, operation, amount or JSON text, idempotency key, the most entries, the most bytes, and what the caller
 * has seen: position and settled position, or two empty texts. The channel of its messages is the name of the stream.
 *
 * A Redis without memory refuses only the first write of a script, so the script writes everything or nothing.
 */
export const APPEND = redisScript(`${shared}
  local server, collection, key, operation, value, token = unpack(ARGV)
  if redis.call('HGET', meta, 'server') ~= server then return { 'not-admitted' } end
  local tokenField = collection .. '\\0' .. token
  local known = token ~= '' and redis.call('HGET', tokens, tokenField)
  if known then return { 'appended', known } end
  local fields = { 'c', collection, 'k', key, 'o', operation, 'v', value, 't', token }
  local size = sizeOf(fields)
  local entries, bytes = redis.call('XLEN', stream), metaOf('bytes')
  if entries >= tonumber(ARGV[7]) or bytes + size > tonumber(ARGV[8]) then return { 'full' } end
  local field = collection .. '\\0' .. key
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

/** ARGV: position, the most entries. Returns the state and the entries after the position. */
export const READ = redisScript(`${shared}
  local after, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
  return { state(), limit > 0 and redis.call('XRANGE', stream, digits(after + 1) .. '-0', '+', 'COUNT', limit) or {} }`);

/** ARGV: position, and '1' when no cache has older values. */
export const SETTLE = redisScript(`${shared}
  local through, settled = tonumber(ARGV[1]), metaOf('settled')
  if through <= settled then return end
  local bytes = metaOf('bytes')
  for _, entry in ipairs(redis.call('XRANGE', stream, '-', digits(through) .. '-0')) do
    local fields = entry[2]
    local field = fields[2] .. '\\0' .. fields[4]
    local position, sum = newestOf(field)
    if position <= through then redis.call('HDEL', newest, field)
    elseif fields[6] == 'a' then setNewest(field, position, sum - tonumber(fields[8])) end
    if fields[10] ~= '' then redis.call('HDEL', tokens, fields[2] .. '\\0' .. fields[10]) end
    bytes = bytes - sizeOf(fields)
  end
  redis.call('XTRIM', stream, 'MINID', '=', digits(through + 1) .. '-0')
  redis.call('HSET', meta, 'settled', digits(through), 'bytes', digits(bytes))
  if metaOf('last') < through then redis.call('HSET', meta, 'last', digits(through)) end
  if ARGV[2] ~= '1' then redis.call('HSET', meta, 'floor', digits(through)) end
  redis.pcall('PUBLISH', stream, '')`);

/** ARGV: run id, position of the store. Returns the state before. */
export const ADMIT = redisScript(`${shared}
  local before, stored = state(), tonumber(ARGV[2])
  redis.call('HSET', meta, 'server', ARGV[1])
  if metaOf('last') < stored then redis.call('HSET', meta, 'last', digits(stored)) end
  return before`);
