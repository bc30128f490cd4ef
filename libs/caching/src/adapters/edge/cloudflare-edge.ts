import { edgeTagOf } from '../../edge/edge-tags.ts';
import { type EdgeTier, type PurgeOptions } from '../../edge/edge-tier.ts';
import { EdgeUnavailableError } from '../../errors/edge-unavailable.error.ts';
import { assertCount } from '../../values/assert-count.ts';
import { addressOf, assertToken } from './assert-connection.ts';
import { batchesOf } from './batches.ts';
import { type EdgeConnection, sendPurge } from './purge-request.ts';

export interface CloudflareEdgeOptions extends EdgeConnection {
  readonly zoneId: string;
  /** An API token with the permission Zone / Cache Purge. */
  readonly token: string;
  /** Tags or URLs in one request. Cloudflare documents 30 for old plans, and 100 for all plans since 2025. Default: 30. */
  readonly itemsPerRequest?: number;
  /** Default: `https://api.cloudflare.com/client/v4`. */
  readonly apiUrl?: string;
}

interface CloudflareReply {
  readonly success?: unknown;
  readonly errors?: readonly { readonly code?: unknown; readonly message?: unknown }[];
}

/**
 * Purges a zone of Cloudflare (https://developers.cloudflare.com/api/resources/cache/methods/purge). It reads tags from the field `Cache-Tag`,
 * separated by commas, and ignores their case. Cloudflare has no soft purge, so a soft purge removes the objects.
 */
export class CloudflareEdge implements EdgeTier {
  readonly tagsPerCall: number;
  readonly urlsPerCall: number;
  readonly #options: CloudflareEdgeOptions;
  readonly #url: string;

  /** @throws {TypeError} for an invalid token or address @throws {RangeError} for an invalid limit */
  constructor(options: CloudflareEdgeOptions) {
    const { zoneId, apiUrl = 'https://api.cloudflare.com/client/v4', itemsPerRequest = 30 } = options;
    assertToken('token', options.token);
    assertCount('itemsPerRequest', itemsPerRequest);
    this.#options = options;
    this.#url = `${addressOf('apiUrl', apiUrl)}/zones/${encodeURIComponent(zoneId)}/purge_cache`;
    this.tagsPerCall = this.urlsPerCall = itemsPerRequest;
  }

  async purge(urls: readonly string[], options: PurgeOptions = {}): Promise<void> {
    const batches = batchesOf(urls, { most: this.urlsPerCall });
    for (const files of batches) await this.#post({ files }, options);
  }

  async purgeTags(names: readonly string[], options: PurgeOptions = {}): Promise<void> {
    const batches = batchesOf(names.map(edgeTagOf), { most: this.tagsPerCall });
    for (const tags of batches) await this.#post({ tags }, options);
  }

  async #post(body: object, { signal }: PurgeOptions): Promise<void> {
    const headers = { authorization: `Bearer ${this.#options.token}`, 'content-type': 'application/json' };
    const request = { method: 'POST', url: this.#url, headers, body: JSON.stringify(body) } as const;
    assertSuccess(await sendPurge(request, this.#options, signal, mendable));
  }
}

/**
 * Codes of errors that an operator mends: a token without the permission or of a wrong form, an unknown zone. Some of them come with the
 * status 400 (https://developers.cloudflare.com/fundamentals/api/troubleshooting).
 */
const MENDABLE_CODES = new Set([
  6003, 6100, 6101, 6102, 6103, 6111, 7000, 7003, 9103, 9106, 9107, 9109, 10000, 10001,
]);

function mendable(text: string): string | undefined {
  const codes = (replyIn(text)?.errors ?? []).map(({ code }) => Number(code));
  return codes.some((code) => MENDABLE_CODES.has(code)) ? `error ${codes.join(', ')}` : undefined;
}

/** A purge may fail with the status 200: the body decides. Cloudflare refuses the content of a request with the status 400. */
function assertSuccess(text: string): void {
  const reply = replyIn(text);
  if (reply === undefined) throw new EdgeUnavailableError('the body of the response is not a JSON object');
  if (reply.success === true) return;
  const errors = (reply.errors ?? []).map(({ code, message }) => `${String(code)} ${String(message)}`);
  throw new EdgeUnavailableError(errors.join('; ') || 'the response has no `success: true`');
}

function replyIn(text: string): CloudflareReply | undefined {
  try {
    return (JSON.parse(text) as CloudflareReply | null) ?? undefined;
  } catch {
    return undefined;
  }
}
