import { type Cached, surrogateKeysOf } from '@groundwork/caching';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { cacheStatus } from '../cache/cache-status.ts';
import { sharedCacheControl } from './cache-control.ts';
import { entityTagOf, matchesIfNoneMatch } from './entity-tag.ts';

interface Rendered {
  readonly body: string;
  readonly entityTag: string;
}

/** Values of L1 are frozen and returned to every reader, so each of them is rendered once. */
const rendered = new WeakMap<object, Rendered>();

/**
 * Answers with a cached value that is equal for all clients, or with 304 if the client has it. Returns the body.
 *
 * No request field changes the response, so it has no Vary.
 */
export function answerShared(
  request: FastifyRequest,
  reply: FastifyReply,
  cached: Cached<object>,
  tags: readonly string[],
): string | undefined {
  const { body, entityTag } = renderedOf(cached.value);
  void reply.headers({
    'cache-status': cacheStatus(cached),
    'cache-control': sharedCacheControl(cached.ttlMs),
    etag: entityTag,
    ...tagFields(tags),
  });
  if (matchesIfNoneMatch(request.headers['if-none-match'], entityTag)) {
    void reply.status(304);
    return undefined;
  }
  void reply.header('content-type', 'application/json; charset=utf-8');
  return body;
}

/** The tags that purge a response: `Surrogate-Key` for Fastly, `xkey` for Varnish. */
export function tagFields(tags: readonly string[]): Record<'surrogate-key' | 'xkey', string> {
  const keys = surrogateKeysOf(tags);
  return { 'surrogate-key': keys, xkey: keys };
}

function renderedOf(value: object): Rendered {
  const known = rendered.get(value);
  if (known !== undefined) return known;
  const body = JSON.stringify(value);
  const made = { body, entityTag: entityTagOf(body) };
  rendered.set(value, made);
  return made;
}
