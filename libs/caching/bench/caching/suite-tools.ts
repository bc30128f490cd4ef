// The interface that the runner passes to a suite; tools/bench/README.md describes it. It is declared here again, because a
// library may not depend on a tool.

export interface Contestant {
  readonly name: string;
  run(operations: number): unknown;
  readonly operations?: number;
}

export interface Ratio {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface RaceResult {
  nanosecondsPerOperation(name: string): number;
  perSecond(name: string): number;
  ratio(of: string, to: string): Ratio;
}

export interface SuiteTools {
  readonly rounds: number;
  race(contestants: readonly Contestant[], options?: { readonly rounds?: number }): Promise<RaceResult>;
  progress(message: string): void;
  readonly plot: {
    bars(plot: {
      readonly title: string;
      readonly axis: string;
      readonly bars: readonly {
        readonly label: string;
        readonly value: number;
        readonly shown: string;
        readonly tone: number;
      }[];
      readonly log?: boolean;
    }): string;
    lines(plot: {
      readonly title: string;
      readonly x: string;
      readonly y: string;
      readonly series: readonly {
        readonly label: string;
        readonly points: readonly (readonly [x: number, y: number])[];
      }[];
      readonly bounds?: readonly { readonly value: number; readonly label: string }[];
    }): string;
  };
}

export const ratioText = ({ mean, low, high }: Ratio): string =>
  `${mean.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
