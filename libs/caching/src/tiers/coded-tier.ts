import { type Codec } from '../codecs/codec.ts';
import { CodecReader } from '../codecs/codec-reader.ts';
import { JSON_CODEC } from '../codecs/json.codec.ts';
import { NotDecodableError } from '../errors/not-decodable.error.ts';
import { NotEncodableError } from '../errors/not-encodable.error.ts';
import { type Entry } from './entry.ts';
import {
  type Announced,
  type Awaitable,
  type Change,
  type Claim,
  type Invalidation,
  type LeasingTier,
  type Put,
} from './tier.ts';

/** No entry is fresh for longer: a claim of that time gets a lease, or waits for its holder. */
const LONGER_THAN_ANY_MS = Number.MAX_SAFE_INTEGER;

/**
 * A tier of values in front of a tier of bytes. It encodes and decodes outside of the calls of that tier: a large value takes time, but the
 * tier that stores it is not slow.
 *
 * Bytes that no codec of this process can decode are a miss, and the next load replaces them.
 */
export class CodedTier<Fence> implements LeasingTier<Fence> {
  readonly #tier: LeasingTier<Fence>;
  readonly #codec: Codec;
  readonly #reader: CodecReader;

  /** @param codec writes values; those of other processes are read if it knows their codec, or if they are JSON */
  constructor(tier: LeasingTier<Fence>, codec: Codec = JSON_CODEC) {
    this.#tier = tier;
    this.#codec = codec;
    this.#reader = new CodecReader([JSON_CODEC, codec]);
  }

  async read(key: string): Promise<Entry | undefined> {
    return this.#decoded(await this.#tier.read(key));
  }

  async claim(
    key: string,
    tags: readonly string[],
    leaseMs: number,
    freshForMs?: number,
  ): Promise<Claim<Fence>> {
    const claim = await this.#tier.claim(key, tags, leaseMs, freshForMs);
    if (claim.state !== 'hit')
      return claim.stale === undefined ? claim : { ...claim, stale: await this.#decoded(claim.stale) };
    const entry = await this.#decoded(claim.entry);
    if (entry !== undefined) return { state: 'hit', entry };
    // It is a hit for the tier, so one process gets a lease only by asking for more than the entry offers.
    const again = await this.#tier.claim(key, tags, leaseMs, LONGER_THAN_ANY_MS);
    if (again.state === 'hit') throw new NotDecodableError(undefined);
    return { ...again, stale: undefined };
  }

  /** @throws {NotEncodableError} The lease has ended then. */
  async write(key: string, entry: Entry, fence: Fence): Promise<boolean> {
    return this.#tier.write(key, await this.#encoded(key, entry, fence), fence);
  }

  /** @throws {NotEncodableError} The lease has ended then. */
  async put(key: string, entry: Entry, fence: Fence, change: Change): Promise<Put> {
    return this.#tier.put(key, await this.#encoded(key, entry, fence), fence, change);
  }

  fence(key: string, tags: readonly string[]): Awaitable<Fence> {
    return this.#tier.fence(key, tags);
  }

  release(key: string, fence: Fence): Awaitable<void> {
    return this.#tier.release(key, fence);
  }

  onLoadEnded(key: string, wake: () => void): () => void {
    return this.#tier.onLoadEnded(key, wake);
  }

  invalidate(target: Invalidation): Awaitable<Announced> {
    return this.#tier.invalidate(target);
  }

  expire(target: Invalidation): Awaitable<Announced> {
    return this.#tier.expire(target);
  }

  feedPosition(): Awaitable<string | undefined> {
    return this.#tier.feedPosition();
  }

  recordFeedPosition(position: string): Awaitable<void> {
    return this.#tier.recordFeedPosition(position);
  }

  recover(): Awaitable<void> {
    return this.#tier.recover();
  }

  async #decoded(stored: Entry | undefined): Promise<Entry | undefined> {
    if (stored === undefined) return undefined;
    try {
      // Without a needless turn of promises for the codecs that decode at once.
      const decoded = this.#reader.decode(stored.value as Uint8Array);
      const value = decoded instanceof Promise ? ((await decoded) as unknown) : decoded;
      const { tags, ttlMs, freshMs, loadMs } = stored;
      return { value, tags, ttlMs, freshMs, loadMs };
    } catch {
      // The reader rejects with NotDecodableError only.
      return undefined;
    }
  }

  async #encoded(key: string, entry: Entry, fence: Fence): Promise<Entry> {
    try {
      return { ...entry, value: await this.#codec.encode(entry.value) };
    } catch (cause) {
      // Other processes must not wait for an entry that never comes.
      await this.#tier.release(key, fence);
      throw new NotEncodableError({ cause });
    }
  }
}
