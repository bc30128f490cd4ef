/** Part of the interface that `tools/bench` passes in. Benchmarks import nothing from there. */
export interface Ratio {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Race {
  perSecond(name: string): number;
  ratio(of: string, to: string): Ratio;
}

export interface Way {
  readonly name: string;
  readonly operations: number;
  /** Measures its own time, because a consumer needs seconds to join its group. */
  run(operations: number): Promise<{ elapsedMs: number }>;
}

export interface Tools {
  readonly rounds: number;
  postgres(): Promise<string>;
  race(ways: readonly Way[], options: { rounds: number }): Promise<Race>;
  progress(message: string): void;
}

export function ratioText({ mean, low, high }: Ratio): string {
  return `${mean.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}
