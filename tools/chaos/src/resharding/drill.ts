import { type Order } from '@groundwork/contracts';
import { type Databases, type Ledger } from '@groundwork/load';
import { type Failure } from '../writers/messages.ts';
import { type Latency, type SeenPause } from './latency.ts';
import { type Machine } from '../platform/machine.ts';
import { type Moves } from './moves.ts';

/** The place of a drill: a running platform, to which a third shard has been added. */
export interface Site {
  readonly gateways: readonly string[];
  /** The databases of all three shards. */
  readonly databases: Databases;
  readonly moves: Moves;
  readonly machine: Machine;
  /** Prints a line for the user. */
  say(line: string): void;
}

/** A scenario that runs while writers write. */
export interface Drill {
  readonly name: string;
  readonly title: string;
  /** The minimum number of orders placed while it runs, by both writers together. */
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Number of customers; by default one for each dozen orders. */
  readonly customers?: number;
  /** The slots that move. */
  readonly slots: string;
  /** Resolves at the end of the scenario, which should be after enough orders were written. */
  run(writing: Writing): Promise<void>;
  /** Orders that were accepted without the writers. */
  readonly alsoAccepted?: readonly Order[];
  /** A shard is down for a moment: its customers get a `Retry-After`, which then does not count as a failure. */
  readonly mayDefer?: boolean;
  /** The scenario injects no faults: latency and pauses are also judged, if the machine is idle. */
  readonly judgesLatency?: boolean;
  /**
   * The mover's pauses are reported but not judged: the machine has other work as well, or slots wait for their killed
   * owner.
   */
  readonly onlyTellsPauses?: boolean;
}

/** The writers, as visible to a drill. */
export interface Writing {
  readonly customerIds: readonly string[];
  /** Whether enough orders have been placed since the start of the drill. */
  isEnough(): boolean;
}

/** How long the mover kept writers of a slot waiting, in milliseconds. */
export interface MeasuredPause {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface DrillResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly ledger: Ledger;
  readonly machine: Machine;
  /** Number of slots that should change their owner. */
  readonly slotsWanted: number;
  /** Number of those that changed their owner at least once. */
  readonly slotsMoved: number;
  /** Total number of changes of ownership. */
  readonly switches: number;
  /** Orders that were placed while slots moved. */
  readonly ordersMeanwhile: number;
  readonly reads: number;
  readonly failures: readonly Failure[];
  /** Requests that got a `Retry-After` and then succeeded. */
  readonly deferred: readonly Failure[];
  readonly measuredPause: MeasuredPause | undefined;
  /** How often the slot of a watched customer changed its owner: each time is a chance that an order meets a switch. */
  readonly watchedSwitches: number;
  readonly seenPause: SeenPause;
  readonly before: Latency;
  readonly meanwhile: Latency;
  /** The reasons why the drill failed; empty if it passed. */
  readonly faults: readonly string[];
}
