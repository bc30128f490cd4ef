import { edgeTagOf } from '../../edge/edge-tags.ts';
import { type EdgeTier, type PurgeOptions } from '../../edge/edge-tier.ts';
import { assertCount } from '../../values/assert-count.ts';
import { assertFields, originOf } from './assert-connection.ts';
import { batchesOf } from './batches.ts';
import { type EdgeConnection, sendPurge } from './purge-request.ts';

export interface VarnishEdgeOptions extends EdgeConnection {
  /** The address of one Varnish, such as `http://10.0.0.5:6081`. Each instance has objects of its own, so each one has an edge and a queue of its own. */
  readonly instance: string;
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
/** As many tags of 30 bytes fill a field of the default length. */
const MOST_TAGS = 250;

/** Purges one Varnish. Its VCL is described in the README. */
export class VarnishEdge implements EdgeTier {
  readonly tagsPerCall = MOST_TAGS;
  readonly urlsPerCall = 1;
  readonly #options: VarnishEdgeOptions;
  readonly #instance: string;
  readonly #headerBytes: number;

  /** @throws {TypeError} for an invalid address or field @throws {RangeError} for an invalid limit */
  constructor(options: VarnishEdgeOptions) {
    const { instance, headers = {}, headerBytes = 7_500 } = options;
    assertFields(headers);
    assertCount('headerBytes', headerBytes);
    this.#options = options;
    this.#instance = originOf('instance', instance);
    this.#headerBytes = headerBytes;
  }

  async purge(urls: readonly string[], { soft = false, signal }: PurgeOptions = {}): Promise<void> {
    for (const url of urls) {
      const { host, pathname, search } = new URL(url);
      const fields = { [HOST_FIELD]: host, ...(soft && { [SOFT_FIELD]: '1' }) };
      await this.#send(pathname + search, fields, signal);
    }
  }

  async purgeTags(tags: readonly string[], { soft = false, signal }: PurgeOptions = {}): Promise<void> {
    const field = soft ? TAG_FIELDS.soft : TAG_FIELDS.hard;
    for (const batch of batchesOf(tags.map(edgeTagOf), { most: MOST_TAGS, bytes: this.#headerBytes }))
      await this.#send('/', { [field]: batch.join(' ') }, signal);
  }

  async #send(path: string, fields: Record<string, string>, signal: AbortSignal | undefined): Promise<void> {
    const { headers: own = {} } = this.#options;
    // Joined as text: resolved as a URL, the path `//host/` would name another server, which would receive the secret.
    const url = this.#instance + path;
    await sendPurge({ method: 'PURGE', url, headers: { ...own, ...fields } }, this.#options, signal);
  }
}
