import { edgeTagOf } from '../../edge/edge-tags.ts';
import { type EdgeTier, type PurgeOptions } from '../../edge/edge-tier.ts';
import { EdgeUnavailableError } from '../../errors/edge-unavailable.error.ts';
import { assertLimit, batchesOf } from './batches.ts';
import { type EdgeConnection, type PurgeRequest, sendPurge } from './purge-request.ts';

export interface VarnishEdgeOptions extends EdgeConnection {
  /** The address of each Varnish, such as `http://10.0.0.5:6081`. Each one has objects of its own. */
  readonly instances: readonly string[];
  /** Fields of each request, such as a secret that the VCL checks. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of the field with the tags. Varnish refuses a field that is longer than its `http_req_hdr_len`, 8 KiB. Default: 7,500. */
  readonly headerBytes?: number;
}

/** The fields that the VCL reads, with tags that are separated by spaces (vmod_xkey). */
const TAG_FIELDS = { hard: 'xkey-purge', soft: 'xkey-softpurge' } as const;
/** The field that makes the purge of a URL a soft one (vmod_purge). */
const SOFT_FIELD = 'purge-soft';
/** The host of the object, which belongs to its key in Varnish. `fetch` sets Host to that of the instance. */
const HOST_FIELD = 'purge-host';
/** A request with more tags would hold the thread of Varnish for long. */
const MOST_TAGS = 1_000;

/** Purges every Varnish. Succeeds when all of them have answered with success. Its VCL is described in the README. */
export class VarnishEdge implements EdgeTier {
  readonly #options: VarnishEdgeOptions;
  readonly #headerBytes: number;

  /** @throws {TypeError} without instances, or for one that is not a URL @throws {RangeError} for an invalid limit */
  constructor(options: VarnishEdgeOptions) {
    const { instances, headerBytes = 7_500 } = options;
    // Purges that reach no instance would succeed, and the edge would serve old objects.
    if (instances.length === 0) throw new TypeError('instances: expected at least one address');
    for (const instance of instances) new URL(instance);
    assertLimit('headerBytes', headerBytes);
    this.#options = options;
    this.#headerBytes = headerBytes;
  }

  async purge(urls: readonly string[], { soft = false, signal }: PurgeOptions = {}): Promise<void> {
    const requests = urls.map((url) => {
      const { host, pathname, search } = new URL(url);
      return { path: pathname + search, headers: { [HOST_FIELD]: host, ...(soft && { [SOFT_FIELD]: '1' }) } };
    });
    await this.#sendToAll(requests, signal);
  }

  async purgeTags(tags: readonly string[], { soft = false, signal }: PurgeOptions = {}): Promise<void> {
    const batches = batchesOf(tags.map(edgeTagOf), { most: MOST_TAGS, bytes: this.#headerBytes });
    const field = soft ? TAG_FIELDS.soft : TAG_FIELDS.hard;
    const requests = batches.map((batch) => ({ path: '/', headers: { [field]: batch.join(' ') } }));
    await this.#sendToAll(requests, signal);
  }

  async #sendToAll(
    requests: readonly { path: string; headers: Record<string, string> }[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { instances, headers: own = {} } = this.#options;
    const outcomes = await Promise.allSettled(
      instances.map(async (instance) => {
        for (const { path, headers } of requests) {
          const request: PurgeRequest = {
            method: 'PURGE',
            // Joined as text: resolved as a URL, the path `//host/` would name another server, which would receive the secret.
            url: new URL(instance).origin + path,
            headers: { ...own, ...headers },
          };
          await sendPurge(request, this.#options, signal);
        }
      }),
    );
    throwFirst(outcomes);
  }
}

/** Prefers an error that may go away: the repetition then reaches the instances that are down at the moment. */
function throwFirst(outcomes: readonly PromiseSettledResult<void>[]): void {
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (errors.length > 0) throw errors.find((error) => error instanceof EdgeUnavailableError) ?? errors[0];
}
