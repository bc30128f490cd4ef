// The interface that the runner passes to a suite; tools/bench/README.md describes it. It is declared here again, because a
// library may not depend on a tool.

export interface Contestant {
  readonly name: string;
  run(operations: number): unknown;
}

export interface RaceResult {
  nanosecondsPerOperation(name: string): number;
  ratio(of: string, to: string): { readonly mean: number; readonly low: number; readonly high: number };
}

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly shown: string;
  readonly tone: number;
}

interface Bound {
  readonly value: number;
  readonly label: string;
}

export interface SuiteTools {
  race(contestants: readonly Contestant[], options?: { readonly rounds?: number }): Promise<RaceResult>;
  progress(message: string): void;
  readonly plot: {
    bars(plot: {
      readonly title: string;
      readonly axis: string;
      readonly bars: readonly Bar[];
      readonly log?: boolean;
      readonly bounds?: readonly Bound[];
    }): string;
    lines(plot: {
      readonly title: string;
      readonly x: string;
      readonly y: string;
      readonly series: readonly { readonly label: string; readonly points: (readonly [number, number])[] }[];
      readonly logX?: boolean;
      readonly logY?: boolean;
      readonly bounds?: readonly Bound[];
    }): string;
  };
}
