import { type Machine } from '../platform/machine.ts';
import { type StepName } from './step-names.ts';

/** What a step may be told. */
export interface StepOptions {
  readonly machine: Machine;
  /** `retries`: wait as long as the platform does, for more than an hour. */
  readonly realDelays: boolean;
  /** `dead-letters`: how long no letter can be published. */
  readonly seconds: number;
  /** `slow-sink`: how long the sinks are slow. */
  readonly minutes: number;
  /** A line for who watches. */
  say(line: string): void;
}

/** What a step has found. */
export interface Findings {
  /** For people: name and value. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** For programs. */
  readonly figures: object;
  /** Every promise that was not kept. */
  readonly faults: readonly string[];
}

export interface Step {
  readonly title: string;
  run(options: StepOptions): Promise<Findings>;
}

export interface StepResult extends Findings {
  readonly name: StepName;
  readonly title: string;
  readonly seconds: number;
  readonly machine: Machine;
}
