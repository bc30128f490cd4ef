import { type Order } from '@groundwork/contracts';
import { type Databases, type Ledger } from '@groundwork/load';
import { type Failure } from '../writers/messages.ts';
import { type Latency, type SeenPause } from './latency.ts';
import { type Machine } from '../platform/machine.ts';
import { type Moves } from './moves.ts';

/** Where a drill takes place: a running platform and a third shard that has been added to it. */
export interface Site {
  readonly gateways: readonly string[];
  /** Of all three shards. */
  readonly databases: Databases;
  readonly moves: Moves;
  readonly machine: Machine;
  /** A line for who watches. */
  say(line: string): void;
}

/** Something that happens to slots while writers write. */
export interface Drill {
  readonly name: string;
  readonly title: string;
  /** At least so many are placed while it runs, by both writers together. */
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Who order; default: one for a dozen orders. */
  readonly customers?: number;
  /** The slots that move. */
  readonly slots: string;
  /** Resolves when it is over, which should not be before enough has been written. */
  run(writing: Writing): Promise<void>;
  /** What was accepted past the writers while it ran. */
  readonly alsoAccepted?: readonly Order[];
  /** A shard is down for a moment: its customers are told when to come again, which is no failure then. */
  readonly mayDefer?: boolean;
  /** Nothing is broken on purpose: how long orders take and wait is judged, too, if the machine is quiet. */
  readonly judgesLatency?: boolean;
  /** The mover's pauses are told, not judged: the machine has other work as well, or slots wait for their killed owner. */
  readonly onlyTellsPauses?: boolean;
}

/** The writers of a drill, as it sees them. */
export interface Writing {
  readonly customerIds: readonly string[];
  /** Whether the drill's orders have been placed since it began. */
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
  /** Slots that should change hands. */
  readonly slotsWanted: number;
  /** Those of them that did, at least once. */
  readonly slotsMoved: number;
  /** How often a slot changed hands. */
  readonly switches: number;
  /** Orders that were placed while slots were on their way. */
  readonly ordersMeanwhile: number;
  readonly reads: number;
  readonly failures: readonly Failure[];
  /** Requests that were told when to come again, and then granted. */
  readonly deferred: readonly Failure[];
  readonly measuredPause: MeasuredPause | undefined;
  /** How often the slot of a watched customer changed hands: each is a chance that an order meets a switch. */
  readonly watchedSwitches: number;
  readonly seenPause: SeenPause;
  readonly before: Latency;
  readonly meanwhile: Latency;
  /** Why it does not count as passed; empty when it does. */
  readonly faults: readonly string[];
}
