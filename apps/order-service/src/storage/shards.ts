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

/** Who owns a slot, as this process believes. */
export interface Route {
  readonly slot: Slot;
  readonly shard: Shard;
  /** What a fence compares with: since when the shard owns the slot. */
  readonly epoch: number;
  /** Ids of the slot that are made now carry later times than this. */
  readonly idsAfterMs: number;
}

export type Directory = Pick<SlotDirectory, 'current' | 'newerThan' | 'onChange'>;

/**
 * A slot that is being switched is owned by nobody for some milliseconds; when the mover is killed at that very moment, until
 * the one that stands by goes on: 0.5 s were measured, and 6 s without such a one. Less than what the gateway gives a request.
 */
export const PATIENCE_MS = 8_000;

/**
 * The shards, and the way to the one that owns a slot. Work names its slot and is fenced by the slot's epoch: a shard that
 * no longer owns it, or is letting it go, refuses, and the work is run again, on its new owner if there is one. In between
 * it holds nothing, no connection and no lock: whoever waits for a slot keeps nobody else waiting. Nothing is sent anywhere
 * by guessing.
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

  /** Every shard, those without a slot included. */
  get all(): readonly Shard[] {
    return [...this.byName.values()];
  }

  /** The shards that own at least one slot: the only ones that serve anybody. */
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
   * Runs an attempt on the slot's owner, and again for as long as fences refuse it: the attempt must fence what it does with
   * the route's slot and epoch, and must have changed nothing that its repetition minds when it is refused.
   *
   * @throws {SlotMovingError} {DirectoryLostError} when no owner lets it through in time
   */
  async onOwner<T>(slot: Slot, attempt: (route: Route) => Promise<T>): Promise<T> {
    return this.untilLetThrough([slot], () => attempt(this.route(slot)));
  }

  /** The same for an attempt that asks several slots and finds its routes itself: each fence that it meets may be another one's. */
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

  /** One transaction on the slot's owner, fenced before the work begins. */
  transaction<T>(slot: Slot, work: (manager: EntityManager, route: Route) => Promise<T>): Promise<T> {
    return this.onOwner(slot, (route) => this.transactionOn(route, work));
  }

  /** The same for an attempt of `onOwner`. @throws {SlotRefusedError} */
  transactionOn<T>(route: Route, work: (manager: EntityManager, route: Route) => Promise<T>): Promise<T> {
    return route.shard.transaction(async (manager) => {
      await fence(manager, route);
      return work(manager, route);
    });
  }

  /** Reads on the slot's owner; fenced afterwards, so that what was read is what the owner held. */
  read<T>(slot: Slot, work: (connection: ShardConnection, route: Route) => Promise<T>): Promise<T> {
    return this.onOwner(slot, (route) =>
      route.shard.run(async (connection) => {
        const outcome = await outcomeOf(work(connection, route));
        await expectOwned(connection.manager, route);
        return outcome();
      }),
    );
  }

  /** Waits for a newer map. @returns whether there is one in time @throws {DirectoryLostError} */
  async newerThan(map: SlotMap, withinMs: number): Promise<boolean> {
    try {
      return await this.directory.newerThan(map, withinMs);
    } catch (error) {
      throw error instanceof DirectoryUnavailableError ? new DirectoryLostError(error) : error;
    }
  }

  /** A slot is busy for some milliseconds as a rule. Who has waited for long asks less often: there may be many. */
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

/** What came out, to be told later: "not found" counts only when the shard still owns where it would have been. */
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
