export interface PurgeOptions {
  /**
   * true: the edge keeps the objects as stale ones, and may serve them while it fetches new ones. An edge without this kind of purge removes
   * them. Default false: the objects are gone.
   */
  readonly soft?: boolean;
  /** Aborts the purge. It may have been done. */
  readonly signal?: AbortSignal;
}

/**
 * L3: a cache in front of the service, such as a CDN. The edge fills itself from responses; this port only removes objects.
 *
 * Ordering: once a call has resolved, the edge serves no object that it had before the call. A response that the edge was fetching during the
 * call may still be stored afterwards, so a caller purges a second time (`PurgeWorker`).
 * Concurrency: calls may overlap.
 * Idempotency: calls may be repeated. A purge of something that the edge does not have succeeds.
 * Failure: a rejected call may have been done in part. An error with `retryable: false` was refused, and a repetition will be refused too.
 * Closing: there is nothing to close.
 */
export interface EdgeTier {
  /** The most tags that one request of the edge carries. A worker passes at most so many, so that each request is confirmed by itself. Default: no limit. */
  readonly tagsPerCall?: number;
  /** As `tagsPerCall`, for URLs. */
  readonly urlsPerCall?: number;
  /** @param urls absolute URLs, as clients request them */
  purge(urls: readonly string[], options?: PurgeOptions): Promise<void>;
  /** Removes every object whose response had one of these tags (`surrogateKeysOf`). */
  purgeTags(tags: readonly string[], options?: PurgeOptions): Promise<void>;
}
