import { type Machine } from '../platform/machine.ts';
import { type StepName } from './step-names.ts';

/** The options of a step. */
export interface StepOptions {
  readonly machine: Machine;
  /** `retries`: uses the platform's real delays, which takes more than an hour. */
  readonly realDelays: boolean;
  /** `dead-letters`: how long dead letters cannot be published. */
  readonly seconds: number;
  /** `slow-sink`: how long the sinks are slow. */
  readonly minutes: number;
  /** Prints a line for the user. */
  say(line: string): void;
}

/** The findings of a step. */
export interface Findings {
  /** For people: name and value. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** For programs. */
  readonly figures: object;
  /** Every broken promise. */
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
