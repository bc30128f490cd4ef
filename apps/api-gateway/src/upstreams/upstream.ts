import { type UpstreamSettings } from '../routes/route.ts';
import { HangWatch } from './hang-watch.ts';
import { probeReplica } from './probe-replica.ts';
import { Replica } from './replica.ts';
import { type Origin, resolveOrigins } from './resolve-origins.ts';
import { RetryBudget } from './retry-budget.ts';

const LOOK_EVERY_MS = 200;
const PROBE_TIMEOUT_MS = 500;
/** A burst fills all connections for a moment; only a longer exhaustion is reported. */
const EXHAUSTED_FOR_MS = 1_000;

export interface UpstreamOptions extends UpstreamSettings {
  readonly resolveEveryMs?: number;
  readonly resolve?: (url: URL) => Promise<Origin[]>;
  readonly onResolveFailure?: (url: URL, error: unknown) => void;
}

/** A service behind the gateway: the replicas that its names currently resolve to, and the choice among them. */
export class Upstream {
  readonly name: string;
  readonly retries = new RetryBudget();
  readonly #options: UpstreamOptions;
  readonly #known = new Map<URL, readonly Origin[]>();
  #replicas: readonly Replica[] = [];
  readonly #hangs: HangWatch;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #exhaustedSince: number | undefined;
  #closed = false;

  constructor(options: UpstreamOptions) {
    this.name = options.name;
    this.#options = options;
    this.#hangs = new HangWatch((replica) => probeReplica(replica, options.healthPath, PROBE_TIMEOUT_MS));
  }

  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Resolves once every name has been looked up. A failed lookup is retried later. */
  async start(): Promise<void> {
    await this.#refresh();
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.start(), this.#options.resolveEveryMs ?? 2_000);
    this.#timer.unref();
    this.#looking ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /**
   * Returns the less busy of two random replicas (power of two choices), among those that are not set aside and have room.
   * Returns a hung replica, or else one in `except`, only if there is no other.
   */
  pick(except: ReadonlySet<Replica>, isUpload = false): Replica | undefined {
    const now = performance.now();
    const present = this.#replicas.filter((replica) => !replica.isAside(now) && replica.hasRoom(isUpload));
    const sound = present.filter((replica) => !replica.isHung);
    const candidates = sound.length > 0 ? sound : present;
    const untried = except.size === 0 ? candidates : candidates.filter((replica) => !except.has(replica));
    return lessBusyOfTwo(untried.length > 0 ? untried : candidates);
  }

  /** Returns whether a replica outside `except` can accept a request and is not known to hang. */
  hasSoundOther(except: ReadonlySet<Replica>): boolean {
    const replica = this.pick(except);
    return replica !== undefined && !replica.isHung && !except.has(replica);
  }

  /** Whether all connections to all replicas have been in use for some time. */
  get isExhausted(): boolean {
    return this.#exhaustedSince !== undefined && performance.now() - this.#exhaustedSince >= EXHAUSTED_FOR_MS;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  #look(): void {
    void this.#hangs.look(this.#replicas);
    const isExhausted = this.#replicas.length > 0 && this.#replicas.every((replica) => replica.isExhausted);
    this.#exhaustedSince = isExhausted ? (this.#exhaustedSince ?? performance.now()) : undefined;
  }

  async #refresh(): Promise<void> {
    const resolve = this.#options.resolve ?? resolveOrigins;
    await Promise.all(
      this.#options.urls.map(async (url) => {
        try {
          this.#known.set(url, await resolve(url));
        } catch (error) {
          // The known addresses stay in use, so a failing name server takes no service down.
          this.#options.onResolveFailure?.(url, error);
        }
      }),
    );
    if (!this.#closed) this.#adopt([...this.#known.values()].flat());
  }

  /** Keeps the replicas whose origin remains, with their connections. Drains and closes the others. */
  #adopt(origins: readonly Origin[]): void {
    const current = new Map(this.#replicas.map((replica) => [replica.origin, replica]));
    const wanted = new Map(origins.map((origin) => [origin.origin, origin]));
    this.#replicas = [...wanted.values()].map(
      (origin) =>
        current.get(origin.origin) ??
        new Replica({ ...origin, connectTimeoutMs: this.#options.connectTimeoutMs }),
    );
    for (const [origin, replica] of current) if (!wanted.has(origin)) void replica.close();
  }
}

function lessBusyOfTwo(replicas: readonly Replica[]): Replica | undefined {
  if (replicas.length < 2) return replicas[0];
  const first = Math.floor(Math.random() * replicas.length);
  const second = (first + 1 + Math.floor(Math.random() * (replicas.length - 1))) % replicas.length;
  const [one, other] = [replicas[first], replicas[second]];
  return one && other && other.inFlight < one.inFlight ? other : one;
}
