/**
 * The scripts of the Redis tier. Its keys share one prefix:
 *
 *   v:<key>   hash: value (JSON), tags (JSON array), tokens (JSON object: token's key → token), stale (milliseconds at the end of
 *             its life in which it is stale); expires with the entry
 *   l:<key>   hash: id, tokens; the lease of the process that loads the key
 *   t:<tag>   the token of the tag
 *   e         the token that every entry depends on
 *   o:<id>    marks a change as applied
 *
 * A token is a random string. An entry or a lease is valid while the hard part of each token that it recorded is still the current one.
 * Invalidating a tag deletes its token; the next claim creates a new, unique one.
 *
 * Why tokens and not counters or sets of keys: this Redis may evict any key at any time. An evicted counter starts again and
 * makes old entries valid. An evicted set loses the list of entries to delete. An evicted token is the same as a deleted
 * token: entries are lost, and none becomes valid again. No clock takes part, neither of Redis nor of a client.
 *
 * The scripts read token keys that are named inside entries, so they need a single Redis, not a Redis Cluster.
 */
/** A token is `hard` or `hard.soft`. Invalidating replaces the hard part, expiring the soft part. */
const intact = `
  local function hard(token)
    return token and string.match(token, '^[^.]*')
  end
  local function intact(tokens)
    local fresh, now = true, {}
    for name, token in pairs(cjson.decode(tokens)) do
      local current = redis.call('GET', name)
      if hard(current) ~= hard(token) then return false, false, now end
      fresh, now[name] = fresh and current == token, current
    end
    return true, fresh, now
  end`;

/**
 * Returns value, tags, milliseconds to live and the stale part of them, or false. KEYS after the second are tokens it must have. An
 * entry that has expired is stale from its first read on, or longer if it was stale before.
 */
const read = `${intact}
  local function read(key)
    local entry = redis.call('HMGET', key, 'value', 'tags', 'tokens', 'stale')
    if not entry[1] then return false end
    local valid, fresh, tokens = intact(entry[3])
    if not valid then
      redis.call('UNLINK', key)
      return false
    end
    for index = 3, #KEYS do
      if not tokens[KEYS[index]] then return false end
    end
    local ttl, stale = redis.call('PTTL', key), tonumber(entry[4]) or 0
    if not fresh then
      stale = math.max(stale, ttl)
      redis.pcall('HSET', key, 'stale', stale, 'tokens', cjson.encode(tokens))
    end
    return { entry[1], entry[2], ttl, stale }
  end`;

/** Keeps a token at least as long as the entries that depend on it: an early expiry would invalidate them needlessly. */
const keep = `
  local function keep(name, ms)
    if redis.call('PTTL', name) < tonumber(ms) then redis.call('PEXPIRE', name, ms) end
  end`;

const lease = `${keep}
  local function lease(key, id, ms)
    local tokens = {}
    for index = 3, #KEYS do
      local name = KEYS[index]
      redis.call('SET', name, id, 'NX', 'PX', ms)
      keep(name, ms)
      tokens[name] = redis.call('GET', name)
    end
    local encoded = cjson.encode(tokens)
    redis.call('HSET', key, 'id', id, 'tokens', encoded)
    redis.call('PEXPIRE', key, ms)
    return encoded
  end`;

/** KEYS: value */
export const READ = `${read}
  return read(KEYS[1])`;

/**
 * KEYS: value, lease, tokens…; ARGV: id, milliseconds. Returns a state, its detail, and the entry, fresh or stale. A lease is void once one of its tokens was replaced or deleted: its
 * load may carry the old value.
 */
export const CLAIM = `${read}${lease}
  local entry = read(KEYS[1])
  if entry and entry[3] > entry[4] then return { 'hit', '', unpack(entry) } end
  local held = redis.call('HMGET', KEYS[2], 'id', 'tokens')
  if held[1] and intact(held[2]) then
    return { 'busy', redis.call('PTTL', KEYS[2]), unpack(entry or {}) }
  end
  return { 'granted', lease(KEYS[2], ARGV[1], ARGV[2]), unpack(entry or {}) }`;

/** Like CLAIM, but takes the lease over unconditionally: its previous holder can no longer write. */
export const FENCE = `${lease}
  return lease(KEYS[2], ARGV[1], ARGV[2])`;

/**
 * KEYS: value, lease; ARGV: id, tokens, value, tags, milliseconds to live, the stale part of them. The end of a lease is published on the channel with the name
 * of its key. The processes that wait for the load read the entry after this script.
 */
export const WRITE = `${intact}${keep}
  if redis.call('HGET', KEYS[2], 'id') ~= ARGV[1] then return 0 end
  redis.call('UNLINK', KEYS[2])
  redis.pcall('PUBLISH', KEYS[2], '')
  if not intact(ARGV[2]) then return 0 end
  redis.call('HSET', KEYS[1], 'value', ARGV[3], 'tags', ARGV[4], 'tokens', ARGV[2], 'stale', ARGV[6])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  for name in pairs(cjson.decode(ARGV[2])) do keep(name, ARGV[5]) end
  return 1`;

/** KEYS: lease; ARGV: id */
export const RELEASE = `
  if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return end
  redis.call('UNLINK', KEYS[1])
  redis.pcall('PUBLISH', KEYS[1], '')`;

/**
 * KEYS: the keys to delete, then the marker of the change; ARGV: milliseconds the marker lives, 0 for no marker. The end of a lease
 * is published, as in WRITE.
 */
export const INVALIDATE = `
  local last = #KEYS
  if tonumber(ARGV[1]) > 0 then
    if not redis.call('SET', KEYS[last], 1, 'NX', 'PX', ARGV[1]) then return end
    last = last - 1
  end
  for index = 1, last do
    if redis.call('UNLINK', KEYS[index]) == 1 then redis.pcall('PUBLISH', KEYS[index], '') end
  end`;

/**
 * KEYS: tokens, then values, then leases, then the marker of the change; ARGV: a new id, the numbers of tokens and of values,
 * milliseconds the marker lives, 0 for no marker. A load in flight of a key that expires is not stored: it may carry the old value.
 */
export const EXPIRE = `${intact}
  local tokens, values, last = tonumber(ARGV[2]), tonumber(ARGV[3]), #KEYS
  if tonumber(ARGV[4]) > 0 then
    if not redis.call('SET', KEYS[last], 1, 'NX', 'PX', ARGV[4]) then return end
    last = last - 1
  end
  for index = 1, last do
    local key = KEYS[index]
    if index <= tokens then
      local token = redis.call('GET', key)
      if token then redis.call('SET', key, hard(token) .. '.' .. ARGV[1], 'KEEPTTL') end
    elseif index <= tokens + values then
      local ttl = redis.call('PTTL', key)
      local stale = tonumber(redis.call('HGET', key, 'stale')) or 0
      if ttl > stale then redis.call('HSET', key, 'stale', ttl) end
    elseif redis.call('UNLINK', key) == 1 then
      redis.pcall('PUBLISH', key, '')
    end
  end`;
