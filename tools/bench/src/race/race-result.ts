import { type Ratio, ratioOf } from '../ratio.ts';

interface Round {
  readonly ms: number;
  readonly operations: number;
}

/** The times of a race, by contestant and round. */
export class RaceResult {
  private readonly rounds = new Map<string, Round[]>();

  /** Records a slice. A round has two slices: one in each direction of the mirrored order. */
  record(name: string, way: 'there' | 'back', ms: number, operations: number): void {
    const rounds = this.rounds.get(name) ?? [];
    this.rounds.set(name, rounds);
    const begun = way === 'back' ? rounds.pop() : undefined;
    rounds.push({ ms: ms + (begun?.ms ?? 0), operations: operations + (begun?.operations ?? 0) });
  }

  /** Returns the median over the rounds, which a single disturbed round does not change. */
  nanosecondsPerOperation(name: string): number {
    const sorted = this.costsOf(name).sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1
      ? (sorted[middle] as number)
      : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
  }

  /** Returns the operations a second over all rounds. */
  perSecond(name: string): number {
    const rounds = this.roundsOf(name);
    const operations = rounds.reduce((sum, round) => sum + round.operations, 0);
    return (operations * 1_000) / rounds.reduce((sum, round) => sum + round.ms, 0);
  }

  /** Returns the ratio of two throughputs, computed for each round. */
  ratio(of: string, to: string): Ratio {
    const costs = this.costsOf(of);
    return ratioOf(this.costsOf(to).map((cost, round) => cost / (costs[round] as number)));
  }

  private costsOf(name: string): number[] {
    return this.roundsOf(name).map(({ ms, operations }) => (ms * 1e6) / operations);
  }

  private roundsOf(name: string): readonly Round[] {
    const rounds = this.rounds.get(name);
    if (rounds === undefined) throw new RangeError(`there is no contestant ${name}`);
    return rounds;
  }
}
