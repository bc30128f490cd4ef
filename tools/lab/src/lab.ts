import { type TestRedisOptions } from '@groundwork/testing';

/** Compares the naive version of a pattern, as articles describe it, with ours in one experiment. */
export interface Lab {
  /** The argument of `npm run lab -- NAME`. */
  readonly name: string;
  readonly pattern: string;
  /** What goes wrong in the naive version, in one line for the list of labs. */
  readonly naiveFailure: string;
  /** What the experiment does, in one or two sentences. */
  readonly experiment: string;
  /** The page that explains the pattern, below the workspace. */
  readonly page: string;
  /** Throws when the experiment itself fails, for example because a server does not start. */
  run(tools: LabTools): Promise<LabResult>;
}

export interface LabTools {
  /** Reports what the lab does now. */
  progress(text: string): void;
  /** Starts an empty Redis. Returns its URL. The server is removed after the lab. */
  redis(options?: TestRedisOptions): Promise<string>;
  /** Starts an empty Postgres. Returns the URL of a database whose user may create others. The server is removed after the lab. */
  postgres(): Promise<string>;
  /** Starts an empty Kafka of one broker. Returns its addresses. The server is removed after the lab. */
  kafka(): Promise<readonly string[]>;
}

export interface LabResult {
  readonly measures: readonly Measure[];
  /** Bars of the most telling measure. */
  readonly plot: LabPlot;
}

/** One row of the table: the same quantity of both versions, and what each must be. */
export interface Measure {
  readonly what: string;
  readonly naive: Reading;
  readonly ours: Reading;
}

export interface Reading {
  readonly value: number;
  /** The value with its unit, for the table. */
  readonly shown: string;
  readonly expected: Expectation;
}

export interface Expectation {
  /** For the table, e.g. `at most 1.25`. */
  readonly text: string;
  readonly holds: boolean;
}

export interface LabPlot {
  readonly title: string;
  /** The quantity and its unit. */
  readonly axis: string;
  readonly log?: boolean;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly version: 'naive' | 'ours';
  }[];
  readonly bounds?: readonly { readonly value: number; readonly label: string }[];
}
