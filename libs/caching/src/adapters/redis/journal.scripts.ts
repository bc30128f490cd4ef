/**
 * The journal of invalidations. Its keys share the prefix of the tier:
 *
 *   j   stream: the announcements, at most MOST_ANNOUNCEMENTS; an entry without content where a follower or a lease has created it
 *   f   hash: follower → the position that it has recorded, a space, its mark; `=` says that the hash exists, and `?` stands for followers
 *       that were lost when Redis evicted it. Its mark is new each time
 *
 * The name of each key is also a channel: `j` for new announcements, `f` for the moment at which all followers have recorded the same
 * position.
 *
 * A position is the id of an entry of the stream. While that entry exists, no entry after it is missing: a stream is trimmed from the
 * front, and lost as a whole.
 */
const MOST_ANNOUNCEMENTS = 4_096;

/** Redis refuses a load with late tags after more than this many announcements. */
const MOST_SEARCHED = 1_000;

/** The keys live this long after their last use. */
export const KEEP_MS = 3_600_000;

const end = `
  local function lastOf(journal)
    local last = redis.call('XREVRANGE', journal, '+', '-', 'COUNT', 1)[1]
    return last and last[1]
  end`;

/** Returns the end of the journal. If there is none, creates it without followers. */
const createdEnd = `${end}
  local function endOf(journal, followers)
    local last = lastOf(journal)
    if last then return last end
    redis.call('UNLINK', followers)
    last = redis.call('XADD', journal, '*', 'a', '')
    redis.call('PEXPIRE', journal, ${KEEP_MS})
    return last
  end`;

/**
 * The last two of KEYS are the journal and its followers. `announce` returns the position of the announcement, or '' when it could not be
 * stored: then all followers start again. A position is compared only with positions of the same journal: a lost journal loses its followers.
 */
export const announce = `${end}
  local followers, journal = table.remove(KEYS), table.remove(KEYS)
  local function announce(announcement)
    if redis.call('EXISTS', journal) == 0 then redis.call('UNLINK', followers) end
    local position = redis.pcall('XADD', journal, 'MAXLEN', '~', ${MOST_ANNOUNCEMENTS}, '*', 'a', announcement)
    if type(position) == 'table' then
      redis.call('UNLINK', journal, followers)
      return ''
    end
    redis.call('PEXPIRE', journal, ${KEEP_MS})
    redis.pcall('PUBLISH', journal, '')
    return position
  end
  local function lastPosition()
    return lastOf(journal) or ''
  end`;

/** The end of the journal, and whether none of the tags was announced after a position. */
export const unannounced = `${createdEnd}
  local function names(text, tags)
    local ok, announcement = pcall(cjson.decode, text)
    if not ok or type(announcement) ~= 'table' or announcement.everything then return true end
    for _, tag in ipairs(announcement.tags or {}) do
      if tags[tag] then return true end
    end
  end
  local function unannounced(journal, position, tags)
    if not next(tags) then return true end
    if #redis.call('XRANGE', journal, position, position) == 0 then return false end
    local later = redis.call('XRANGE', journal, '(' .. position, '+', 'COUNT', ${MOST_SEARCHED + 1})
    if #later > ${MOST_SEARCHED} then return false end
    for _, entry in ipairs(later) do
      if names(entry[2][2], tags) then return false end
    end
    return true
  end`;

const followers = `
  local function create(followers)
    redis.call('PEXPIRE', followers, ${KEEP_MS})
    if redis.call('HSETNX', followers, '=', '') == 0 then return end
    redis.call('HSET', followers, '?', '0-0 ' .. table.concat(redis.call('TIME'), '.'))
    redis.call('PEXPIRE', followers, ${KEEP_MS})
  end
  local function numbers(position)
    local ms, count = string.match(position, '^(%d+)-(%d+)')
    return tonumber(ms) or 0, tonumber(count) or 0
  end
  local function before(one, other)
    local ms, count = numbers(one)
    local otherMs, otherCount = numbers(other)
    return ms < otherMs or ms == otherMs and count < otherCount
  end
  local function behind(followers, position)
    local found, all = {}, redis.call('HGETALL', followers)
    for index = 1, #all, 2 do
      if all[index] ~= '=' and before(all[index + 1], position) then
        table.insert(found, all[index])
        table.insert(found, all[index + 1])
      end
    end
    return found
  end`;

/**
 * KEYS: journal, followers, the incarnation of the server; ARGV: follower, its position or '', its mark, the most announcements to
 * return. Returns whether they are complete, the end of the journal, and the announcements.
 *
 * It reads the incarnation so that Redis does not evict it as unused: without it, the next process that connects empties the tier.
 *
 * The time to live comes first: a Redis without memory refuses only the first write of a script.
 */
export const FOLLOW = `${createdEnd}${followers}
  redis.call('PEXPIRE', KEYS[1], ${KEEP_MS})
  redis.call('GET', KEYS[3])
  local function range(from, to, count) return redis.call('XRANGE', KEYS[1], from, to, 'COUNT', count) end
  local last = endOf(KEYS[1], KEYS[2])
  create(KEYS[2])
  local complete = ARGV[2] ~= '' and #range(ARGV[2], ARGV[2], 1) == 1
  local found = complete and range('(' .. ARGV[2], '+', ARGV[4] + 1) or {}
  if #found > tonumber(ARGV[4]) then complete, found = false, {} end
  local recorded = complete and ARGV[2] or '0-0'
  local earlier = redis.call('HGET', KEYS[2], ARGV[1])
  redis.call('HSET', KEYS[2], ARGV[1], recorded .. ' ' .. ARGV[3])
  if (not earlier or before(earlier, recorded)) and #behind(KEYS[2], recorded) == 0 then
    redis.pcall('PUBLISH', KEYS[2], '')
  end
  return { complete and 1 or 0, last, found }`;

/** KEYS: followers; ARGV: position, then followers and the marks with which they are forgotten. Returns those behind, with their marks. */
export const BEHIND = `${followers}
  create(KEYS[1])
  for index = 2, #ARGV, 2 do
    if redis.call('HGET', KEYS[1], ARGV[index]) == ARGV[index + 1] then redis.call('HDEL', KEYS[1], ARGV[index]) end
  end
  return behind(KEYS[1], ARGV[1])`;

/** KEYS: followers; ARGV: follower. */
export const LEAVE = `
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.pcall('PUBLISH', KEYS[1], '')`;
