import { type UpstreamSettings } from '../routes/route.ts';
import { Replica } from './replica.ts';
import { type Origin, resolveOrigins } from './resolve-origins.ts';
import { RetryBudget } from './retry-budget.ts';

export interface UpstreamOptions extends UpstreamSettings {
  readonly resolveEveryMs?: number;
  readonly resolve?: (url: URL) => Promise<Origin[]>;
  readonly onResolveFailure?: (url: URL, error: unknown) => void;
}

/** A service behind the gateway: its replicas as names resolve now, and the choice among them. */
export class Upstream {
  readonly name: string;
  readonly retries = new RetryBudget();
  readonly #options: UpstreamOptions;
  readonly #known = new Map<URL, readonly Origin[]>();
  #replicas: readonly Replica[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: UpstreamOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Resolves once all names have been looked up; one that cannot be is looked up again later. */
  async start(): Promise<void> {
    await this.#refresh();
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.start(), this.#options.resolveEveryMs ?? 2_000);
    this.#timer.unref();
  }

  /**
   * The less busy of two replicas picked by chance (power of two choices), among those that are not put aside and, if
   * there are others, not in `except`.
   */
  pick(except: ReadonlySet<Replica>): Replica | undefined {
    const now = performance.now();
    const present = this.#replicas.filter((replica) => !replica.isAside(now));
    const untried = except.size === 0 ? present : present.filter((replica) => !except.has(replica));
    return lessBusyOfTwo(untried.length > 0 ? untried : present);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#replicas.map((replica) => replica.close()));
  }

  async #refresh(): Promise<void> {
    const resolve = this.#options.resolve ?? resolveOrigins;
    await Promise.all(
      this.#options.urls.map(async (url) => {
        try {
          this.#known.set(url, await resolve(url));
        } catch (error) {
          // What was known stays: a name server in trouble takes no service down.
          this.#options.onResolveFailure?.(url, error);
        }
      }),
    );
    if (!this.#closed) this.#adopt([...this.#known.values()].flat());
  }

  /** Keeps the replicas that are still there, with their connections; lets the others finish what they have. */
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
