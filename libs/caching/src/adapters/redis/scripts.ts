import { entryFormat, storeEntry } from './entries/entry.scripts.ts';
import { announce, unannounced } from './journal.scripts.ts';

/**
 * The scripts of the Redis tier. Its keys share one prefix:
 *
 *   v:<key>   the entry: entries/entry.scripts.ts; expires with it. Clients read it without a script as well: entries/proven-reads.ts
 *   l:<key>   hash: id, tokens, position (of the journal); the lease of the process that loads the key
 *   t:<tag>   the token of the tag
 *   e         the token that every entry depends on
 *   n:<key>   the highest version that was put, for some time after the entry
 *   o:<id>    marks a change as applied
 *   p         the position of a feed up to which the tier has all invalidations
 *   r         the Redis server that has all invalidations
 *   j, f      the journal of the invalidations and its followers: journal.scripts.ts
 *
 * A token is a random string. An entry or a lease is valid while the hard part of each token that it recorded is still the current one.
 * Invalidating a tag deletes its token; the next claim creates a new, unique one.
 *
 * Why tokens and not counters or sets of keys: this Redis may evict any key at any time. An evicted counter starts again and
 * makes old entries valid. An evicted set loses the list of entries to delete. An evicted token is the same as a deleted
 * token: entries are lost, and none becomes valid again. No clock takes part, neither of Redis nor of a client.
 *
 * The scripts read token keys that are named inside entries. So the prefix has a hash tag, and a Redis Cluster keeps all keys of a cache
 * on one node.
 */
/** A token is `hard` or `hard.soft`. Invalidating replaces the hard part, expiring the soft part. */
const intact = `
  local function hard(token)
    return token and string.match(token, '^[^.]*')
  end
  local function intact(tokens)
    local fresh, known, list = true, {}, cjson.decode(tokens)
    for index = 1, #list, 2 do
      local name, token = list[index], list[index + 1]
      local current = redis.call('GET', name)
      if hard(current) ~= hard(token) then return false, false, known, list end
      fresh, known[name], list[index + 1] = fresh and current == token, true, current
    end
    return true, fresh, known, list
  end`;

/**
 * Returns value, tags, milliseconds to live, the stale part of them and the milliseconds of its load, or false. KEYS after the second are tokens it must have. An
 * entry that has expired is stale from its first read on, or longer if it was stale before.
 */
const read = `${intact}${entryFormat}
  local function read(key)
    local text = redis.call('GET', key)
    if not text then return false end
    local entry = entryOf(text)
    local valid, fresh, known, tokens
    if entry then valid, fresh, known, tokens = intact(entry.tokens) end
    if not valid then
      redis.call('UNLINK', key)
      return false
    end
    for index = 3, #KEYS do
      if not known[KEYS[index]] then return false end
    end
    local ttl = redis.call('PTTL', key)
    if not fresh then
      entry.stale, entry.tokens = math.max(entry.stale, ttl), cjson.encode(tokens)
      redis.pcall('SET', key, textOf(entry), 'KEEPTTL')
    end
    return { entry.value, entry.tags, ttl, entry.stale, entry.load }
  end`;

/** Keeps a token at least as long as the entries that depend on it: an early expiry would invalidate them needlessly. */
const keep = `
  local function keep(name, ms)
    if redis.call('PTTL', name) < tonumber(ms) then redis.call('PEXPIRE', name, ms) end
  end`;

const lease = `${keep}${unannounced}
  local followers, journal = table.remove(KEYS), table.remove(KEYS)
  local function lease(key, id, ms)
    local tokens = {}
    for index = 3, #KEYS do
      local name = KEYS[index]
      redis.call('SET', name, id, 'NX', 'PX', ms)
      keep(name, ms)
      table.insert(tokens, name)
      table.insert(tokens, redis.call('GET', name))
    end
    local encoded = cjson.encode(tokens)
    redis.call('HSET', key, 'id', id, 'tokens', encoded, 'position', endOf(journal, followers))
    redis.call('PEXPIRE', key, ms)
    return encoded
  end`;

/** Deletes a key. The name of a lease is also the channel on which its end is published. */
const end = `
  local function finish(key)
    if redis.call('UNLINK', key) == 1 then redis.pcall('PUBLISH', key, '') end
  end`;

/** KEYS: value */
export const READ = `${read}
  return read(KEYS[1])`;

/**
 * KEYS: value, lease, tokens…, journal, followers; ARGV: id, milliseconds, milliseconds for which an entry must be fresh. Returns a
 * state, its detail, and the entry, fresh or stale. A lease is void once one of its tokens was replaced or deleted: its load may carry the
 * old value.
 */
export const CLAIM = `${read}${lease}
  local entry = read(KEYS[1])
  if entry and entry[3] - entry[4] > tonumber(ARGV[3]) then return { 'hit', '', unpack(entry) } end
  local held = redis.call('HMGET', KEYS[2], 'id', 'tokens')
  if held[1] and intact(held[2]) then
    return { 'busy', redis.call('PTTL', KEYS[2]), unpack(entry or {}) }
  end
  return { 'granted', lease(KEYS[2], ARGV[1], ARGV[2]), unpack(entry or {}) }`;

/** Like CLAIM, but takes the lease over unconditionally: its previous holder can no longer write. */
export const FENCE = `${lease}
  return lease(KEYS[2], ARGV[1], ARGV[2])`;

const remember = `
  local function remember(key, version, ms)
    if (tonumber(redis.call('GET', key)) or 0) <= tonumber(version) then redis.call('SET', key, version, 'PX', ms) end
  end`;

/** `late` are tags that became known during the load: { name, token's key }. They must not have been announced since the lease. */
const write = `${intact}${keep}${end}${unannounced}${entryFormat}${storeEntry}
  local function write(key, lease, journal, late, version, id, tokens, value, tags, ttl, stale, load)
    local held = redis.call('HMGET', lease, 'id', 'position')
    if held[1] ~= id then return false end
    finish(lease)
    if not intact(tokens) or not unannounced(journal, held[2], late) then return false end
    local all = cjson.decode(tokens)
    for _, name in pairs(late) do
      redis.call('SET', name, id, 'NX', 'PX', ttl)
      table.insert(all, name)
      table.insert(all, redis.call('GET', name))
    end
    local entry = { stale = stale, load = load, version = version, tags = tags, value = value }
    entry.tokens = cjson.encode(all)
    store(key, entry, ttl)
    for index = 1, #all, 2 do keep(all[index], ttl) end
    return true
  end`;

/**
 * KEYS: value, lease, journal, tokens of late tags…; ARGV: late tags (JSON array), id, tokens, value, tags, milliseconds to live, the stale
 * part of them, milliseconds of the load. Returns whether the entry is stored. The processes that wait for the load read it after this script.
 */
export const WRITE = `${write}
  local late = {}
  for index, tag in ipairs(cjson.decode(ARGV[1])) do late[tag] = KEYS[3 + index] end
  return write(KEYS[1], KEYS[2], KEYS[3], late, '', unpack(ARGV, 2)) and 1 or 0`;

/**
 * KEYS: value, lease, version, journal, followers; ARGV: announcement, version or '', milliseconds for which the version outlives the
 * entry, then as for WRITE from id on. Returns an outcome and the position of the announcement. The entry has the version as well: Redis may evict either.
 */
export const PUT = `${announce}${write}${remember}
  local version = tonumber(ARGV[2])
  local stored = tonumber((entryOf(redis.call('GET', KEYS[1])) or {}).version) or 0
  if version and math.max(stored, tonumber(redis.call('GET', KEYS[3])) or 0) > version then
    if redis.call('HGET', KEYS[2], 'id') == ARGV[4] then finish(KEYS[2]) end
    return { 'older', lastPosition() }
  end
  if not write(KEYS[1], KEYS[2], journal, {}, ARGV[2], unpack(ARGV, 4)) then return { 'overtaken', '' } end
  if version then remember(KEYS[3], ARGV[2], ARGV[3] + ARGV[8]) end
  return { 'stored', announce(ARGV[1]) }`;

/** KEYS: lease; ARGV: id */
export const RELEASE = `${end}
  if redis.call('HGET', KEYS[1], 'id') == ARGV[1] then finish(KEYS[1]) end`;

/**
 * The last of KEYS marks a change as applied, if the mark has a time to live. It is set after everything else: a change that fails on its
 * way is not marked. A repeated change was announced before the end of the journal.
 */
const once = `
  local marker = tonumber(ARGV[1]) > 0 and table.remove(KEYS)
  local function isRepeated()
    return marker and redis.call('EXISTS', marker) == 1
  end
  local function announceOnce(announcement)
    local position = announce(announcement)
    if marker then redis.call('SET', marker, 1, 'PX', ARGV[1]) end
    return position
  end`;

/**
 * KEYS: versions, the keys to delete, the marker of the change, journal, followers; ARGV: milliseconds the marker lives, 0 without a marker,
 * the announcement, the number of versions, the version, and milliseconds for which it is remembered. Returns the position of the announcement.
 */
export const INVALIDATE = `${announce}${once}${end}${remember}
  if isRepeated() then return lastPosition() end
  local versions = tonumber(ARGV[3])
  for index = versions + 1, #KEYS do finish(KEYS[index]) end
  for index = 1, versions do remember(KEYS[index], ARGV[4], ARGV[5]) end
  return announceOnce(ARGV[2])`;

/**
 * KEYS: tokens, then values, then leases, the marker of the change, journal, followers; ARGV: as for INVALIDATE, then a new id and the numbers of
 * tokens and of values. A load in flight of a key that expires is not stored: it may carry the old value.
 */
export const EXPIRE = `${announce}${once}${end}${intact}${entryFormat}
  if isRepeated() then return lastPosition() end
  local tokens, values = tonumber(ARGV[4]), tonumber(ARGV[5])
  for index, key in ipairs(KEYS) do
    if index <= tokens then
      local token = redis.call('GET', key)
      if token then redis.call('SET', key, hard(token) .. '.' .. ARGV[3], 'KEEPTTL') end
    elseif index <= tokens + values then
      local entry, ttl = entryOf(redis.call('GET', key)), redis.call('PTTL', key)
      if entry and ttl > entry.stale then
        entry.stale = ttl
        redis.call('SET', key, textOf(entry), 'KEEPTTL')
      end
    else
      finish(key)
    end
  end
  return announceOnce(ARGV[2])`;

/**
 * KEYS: incarnation, the token of everything, the position of a feed, journal, followers; ARGV: the identity of the server, the incarnation that the
 * process knows or '', a new one, milliseconds it is kept. Returns the present incarnation.
 *
 * The key holds the identity, the present incarnation and some earlier ones. A server with another identity was restarted or replaced. A
 * server that does not know the incarnation of the process was away while another one was used. Either may have lost invalidations.
 */
export const RECOVER = `
  local known = {}
  for word in string.gmatch(redis.call('GET', KEYS[1]) or '', '%S+') do table.insert(known, word) end
  local isKnown = ARGV[2] == ''
  for index = 2, #known do isKnown = isKnown or known[index] == ARGV[2] end
  if known[1] == ARGV[1] and isKnown then return known[2] end
  redis.call('UNLINK', unpack(KEYS))
  local incarnations = { ARGV[1], ARGV[3], ARGV[2] }
  for index = 2, math.min(#known, 9) do table.insert(incarnations, known[index]) end
  redis.call('SET', KEYS[1], table.concat(incarnations, ' '), 'PX', ARGV[4])
  return ARGV[3]`;
