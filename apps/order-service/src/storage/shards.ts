import { setTimeout as delay } from 'node:timers/promises';
import { ProblemError } from '@groundwork/service-kit';
import { type Slot, type SlotLoad, type SlotMap } from '@groundwork/sharding';
import {
  type DirectoryState,
  DirectoryUnavailableError,
  type SlotDirectory,
} from '@groundwork/sharding/postgres';
import { type EntityManager } from 'typeorm';
import { DirectoryLostError } from './directory-lost.error.ts';
import { expectOwned, fence } from './fences.ts';
import { type ShardConnection } from './shard-connection.ts';
import { type Shard } from './shard.ts';
import { SlotMovingError } from './slot-moving.error.ts';
import { SlotRefusedError } from './slot-refused.error.ts';

/** The token of the shards. */
export const SHARDS = Symbol('SHARDS');

/** The owner of a slot by the map of this process. */
export interface Route {
  readonly slot: Slot;
  readonly shard: Shard;
  /** The epoch since which the shard owns the slot. A fence compares it. */
  readonly epoch: number;
  /** New ids of the slot must contain later times than this. */
  readonly idsAfterMs: number;
}

export type Directory = Pick<SlotDirectory, 'current' | 'newerThan' | 'onChange'>;

/**
 * A slot that is being switched has no owner for some milliseconds. When the mover is killed at that moment, the slot has no
 * owner until the standby mover resumes: 0.5 s were measured, and 6 s without a standby. The patience is longer than that
 * and shorter than the timeout of the gateway.
 */
export const PATIENCE_MS = 8_000;

/**
 * The shards, and the route to the owner of a slot. Work names its slot and is fenced by the epoch of the slot: a shard that
 * no longer owns the slot, or is releasing it, rejects the work, and the work is retried, on the new owner if there is one.
 * Between attempts the work holds neither a connection nor a lock, so work that waits for a slot does not block other work.
 * Work is sent only to the owner by a known map; the service never guesses.
 */
export class Shards {
  private byName: ReadonlyMap<string, Shard> = new Map();
  private state: DirectoryState | undefined;

  constructor(
    private readonly directory: Directory,
    private readonly createShard: (name: string, url: string) => Shard,
    private readonly load: Pick<SlotLoad, 'count'> = { count: () => undefined },
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.adopt(directory.current);
    directory.onChange((state) => this.adopt(state));
  }

  get map(): SlotMap {
    return this.directory.current.map;
  }

  /** Every shard, including shards without slots. */
  get all(): readonly Shard[] {
    return [...this.byName.values()];
  }

  /** The shards that own at least one slot: only these serve requests. */
  get serving(): readonly Shard[] {
    return this.map.shards.map((name) => this.ofName(name));
  }

  /** @throws {RangeError} for a shard that the directory does not have */
  ofName(name: string): Shard {
    const shard = this.byName.get(name);
    if (shard === undefined) throw new RangeError(`there is no shard ${name}`);
    return shard;
  }

  route(slot: Slot): Route {
    const { shard, epoch, idsAfterMs } = this.map.assignmentOf(slot);
    return { slot, shard: this.ofName(shard), epoch, idsAfterMs };
  }

  /**
   * Runs an attempt on the owner of the slot, and retries it while fences reject it. The attempt must fence its work with
   * the slot and the epoch of the route. A rejected attempt must be repeatable.
   *
   * @throws {SlotMovingError} {DirectoryLostError} when no owner accepts it in time
   */
  async onOwner<T>(slot: Slot, attempt: (route: Route) => Promise<T>): Promise<T> {
    return this.untilLetThrough([slot], () => attempt(this.route(slot)));
  }

  /**
   * Does the same for an attempt on several slots that finds its routes itself: each rejection may come from another slot.
   */
  async untilLetThrough<T>(slots: readonly Slot[], attempt: () => Promise<T>): Promise<T> {
    for (const slot of slots) this.load.count(slot);
    const beganAt = performance.now();
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof SlotRefusedError)) throw error;
        if (error.reason === 'busy') await this.waitWhileBusy(beganAt, error);
        else await this.waitForNewerRoute(beganAt, error);
      }
    }
  }

  /** Runs work in one transaction on the owner of the slot, fenced before the work starts. */
  transaction<T>(slot: Slot, work: (manager: EntityManager, route: Route) => Promise<T>): Promise<T> {
    return this.onOwner(slot, (route) => this.transactionOn(route, work));
  }

  /** Does the same within an attempt of `onOwner`. @throws {SlotRefusedError} */
  transactionOn<T>(route: Route, work: (manager: EntityManager, route: Route) => Promise<T>): Promise<T> {
    return route.shard.transaction(async (manager) => {
      await fence(manager, route);
      return work(manager, route);
    });
  }

  /** Reads on the owner of the slot. The fence comes afterwards, so that the result is that of the owner. */
  read<T>(slot: Slot, work: (connection: ShardConnection, route: Route) => Promise<T>): Promise<T> {
    return this.onOwner(slot, (route) =>
      route.shard.run(async (connection) => {
        const outcome = await outcomeOf(work(connection, route));
        await expectOwned(connection.manager, route);
        return outcome();
      }),
    );
  }

  /** Waits for a newer map. @returns whether a newer map arrived in time @throws {DirectoryLostError} */
  async newerThan(map: SlotMap, withinMs: number): Promise<boolean> {
    try {
      return await this.directory.newerThan(map, withinMs);
    } catch (error) {
      throw error instanceof DirectoryUnavailableError ? new DirectoryLostError(error) : error;
    }
  }

  /**
   * A slot is usually busy for some milliseconds. Work that has waited longer retries less often, because much work may
   * wait.
   */
  private async waitWhileBusy(beganAt: number, refusal: SlotRefusedError): Promise<void> {
    const waitedMs = performance.now() - beganAt;
    if (waitedMs >= this.patienceMs) throw new SlotMovingError(refusal);
    await delay(5 + Math.random() * Math.max(20, waitedMs / 8));
  }

  private async waitForNewerRoute(beganAt: number, refusal: SlotRefusedError): Promise<void> {
    const { slot, epoch } = refusal.route;
    for (;;) {
      const { map } = this;
      if (map.assignmentOf(slot).epoch !== epoch) return;
      const isNewer = await this.newerThan(map, beganAt + this.patienceMs - performance.now());
      if (!isNewer) throw new SlotMovingError(refusal);
    }
  }

  private adopt(state: DirectoryState): void {
    const [known, urls] = [this.byName, this.state?.shardUrls];
    this.byName = new Map(
      [...state.shardUrls].map(([name, url]) => {
        const kept = urls?.get(name) === url ? known.get(name) : undefined;
        return [name, kept ?? this.createShard(name, url)];
      }),
    );
    this.state = state;
    for (const [name, shard] of known) if (this.byName.get(name) !== shard) void shard.close();
  }
}

/**
 * Returns the outcome as a function for later: "not found" is valid only if the shard still owns the slot after the read.
 */
async function outcomeOf<T>(work: Promise<T>): Promise<() => T> {
  try {
    const result = await work;
    return () => result;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.retryable) throw error;
    return () => {
      throw error;
    };
  }
}
