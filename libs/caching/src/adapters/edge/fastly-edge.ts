import { edgeTagOf } from '../../edge/edge-tags.ts';
import { type EdgeTier, type PurgeOptions } from '../../edge/edge-tier.ts';
import { assertCount } from '../../values/assert-count.ts';
import { addressOf, assertToken } from './assert-connection.ts';
import { batchesOf } from './batches.ts';
import { type EdgeConnection, sendPurge } from './purge-request.ts';

export interface FastlyEdgeOptions extends EdgeConnection {
  readonly serviceId: string;
  /** An API token with the scope `purge_select`. */
  readonly token: string;
  /** Tags in one request. Fastly accepts at most 256. Default: 256. */
  readonly tagsPerRequest?: number;
  /** Default: `https://api.fastly.com`. */
  readonly apiUrl?: string;
}

/** Fastly reads this much of the field. */
const HEADER_BYTES = 16_000;
const MOST_TAGS = 256;

/** Purges a service of Fastly: tags in batches, URLs one at a time (https://www.fastly.com/documentation/reference/api/purging). */
export class FastlyEdge implements EdgeTier {
  readonly tagsPerCall: number;
  readonly urlsPerCall = 1;
  readonly #options: FastlyEdgeOptions;
  readonly #apiUrl: string;

  /** @throws {TypeError} for an invalid token or address @throws {RangeError} for more than 256 tags in a request */
  constructor(options: FastlyEdgeOptions) {
    const { apiUrl = 'https://api.fastly.com', tagsPerRequest = MOST_TAGS } = options;
    assertToken('token', options.token);
    assertCount('tagsPerRequest', tagsPerRequest);
    if (tagsPerRequest > MOST_TAGS)
      throw new RangeError(`tagsPerRequest: expected at most ${MOST_TAGS}, got ${tagsPerRequest}`);
    this.#options = options;
    this.#apiUrl = addressOf('apiUrl', apiUrl);
    this.tagsPerCall = tagsPerRequest;
  }

  async purge(urls: readonly string[], options: PurgeOptions = {}): Promise<void> {
    for (const url of urls) {
      const { host, pathname, search } = new URL(url);
      await this.#post(`/purge/${host}${pathname}${search}`, {}, options);
    }
  }

  async purgeTags(tags: readonly string[], options: PurgeOptions = {}): Promise<void> {
    const limits = { most: this.tagsPerCall, bytes: HEADER_BYTES };
    const path = `/service/${encodeURIComponent(this.#options.serviceId)}/purge`;
    for (const batch of batchesOf(tags.map(edgeTagOf), limits))
      await this.#post(path, { 'surrogate-key': batch.join(' ') }, options);
  }

  async #post(
    path: string,
    fields: Record<string, string>,
    { soft = false, signal }: PurgeOptions,
  ): Promise<void> {
    const headers = {
      accept: 'application/json',
      'fastly-key': this.#options.token,
      ...(soft && { 'fastly-soft-purge': '1' }),
      ...fields,
    };
    await sendPurge({ method: 'POST', url: this.#apiUrl + path, headers }, this.#options, signal);
  }
}
