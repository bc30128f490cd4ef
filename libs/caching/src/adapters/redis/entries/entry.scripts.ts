/**
 * The format of an entry, a string:
 *
 *   <end of its life, in milliseconds since 1970 by the clock of Redis> <stale part of its life> <milliseconds of its load> <version or nothing>
 *   <tokens: JSON array of the key of a token, the token, the next key, …>
 *   <tags: JSON array>
 *   <the bytes of a codec>
 *
 * A string, because MGET reads many of them with one command, together with their tokens. The end of the life is in it, because MGET returns
 * none. It is also the expiry of the key. The scripts leave the tags alone: cjson refuses some names that JSON allows.
 */
export const entryFormat = `
  local function entryOf(text)
    if not text then return end
    local expires, stale, load, version, tokens, tags, from =
      string.match(text, '^(%d+) (%d+) (%d+) (%d*)\\n([^\\n]*)\\n([^\\n]*)\\n()')
    if not expires then return end
    local entry = { expires = expires, stale = tonumber(stale), load = tonumber(load), version = version }
    entry.tokens, entry.tags, entry.value = tokens, tags, string.sub(text, from)
    return entry
  end
  local function textOf(entry)
    local numbers = string.format('%s %.0f %.0f %s', entry.expires, entry.stale, entry.load, entry.version)
    return table.concat({ numbers, entry.tokens, entry.tags, entry.value }, '\\n')
  end`;

/** Stores an entry for some milliseconds from now. */
export const storeEntry = `
  local function store(key, entry, ttl)
    local now = redis.call('TIME')
    entry.expires = string.format('%.0f', now[1] * 1000 + math.floor(now[2] / 1000) + ttl)
    redis.call('SET', key, textOf(entry), 'PXAT', entry.expires)
  end`;
