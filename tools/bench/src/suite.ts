import { type BenchmarkServers } from './benchmark-servers.ts';
import { type bars } from './plot/bars.ts';
import { type lines } from './plot/lines.ts';
import { type Contestant } from './race/contestant.ts';
import { type RaceResult } from './race/race-result.ts';
import { type RaceOptions } from './race/run-race.ts';
import { type Ratio } from './ratio.ts';

/**
 * A benchmark that needs more than one row: several contestants in one race, results that are not times, pages made of the
 * results.
 */
export interface Suite {
  measure(tools: SuiteTools): Promise<SuiteReport>;
}

export interface SuiteTools extends BenchmarkServers {
  /** The value of `--rounds`: how often the contestants take turns. */
  readonly rounds: number;
  /** Runs the contestants against each other in interleaved slices; the default for `rounds` is the value above. */
  race(contestants: readonly Contestant[], options?: Partial<RaceOptions>): Promise<RaceResult>;
  /** Tells the user what is being measured. */
  progress(message: string): void;
  /** Functions that draw SVG for `SuiteReport.files`. */
  readonly plot: { readonly bars: typeof bars; readonly lines: typeof lines };
}

export interface Table {
  readonly title: string;
  /** A column is aligned to the right when each of its cells starts with a digit or is a dash. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Goal {
  readonly what: string;
  readonly measured: Ratio | number;
  /** A bound required by the design, in the unit of `measured`. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface SuiteReport {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  /** Wrong results: they void the suite, and the run ends with status 1. */
  readonly faults: readonly string[];
  /** Markdown to write between `<!-- bench:MARKER -->` and `<!-- /bench:MARKER -->` of a page, by path from the root. */
  readonly passages?: readonly {
    readonly page: string;
    readonly marker: string;
    readonly tables: readonly Table[];
  }[];
  /** Files to write, by path from the root. */
  readonly files?: Readonly<Record<string, string>>;
}
