import { type Equivalent, isSame } from './equivalent.ts';
import { type Mutant } from './mutant.ts';

/** Percentage of the effective mutants that the tests must detect. */
export const GOAL = 90;

/** The result of a library's mutants. */
export interface Verdict {
  readonly library: string;
  /** Mutants that ran and that change the program's behaviour. */
  readonly mutants: number;
  readonly killed: number;
  /** Mutants that made a test hang; they count as detected. */
  readonly timeouts: number;
  readonly survivors: readonly Mutant[];
  /** Survivors that are on the reviewed list, each with its reason. */
  readonly equivalents: readonly (Mutant & { readonly reason: string })[];
  /** Entries of the reviewed list that match no survivor: the code has changed, or a test now detects the mutant. */
  readonly stale: readonly Equivalent[];
  /** Percentage, rounded down, so that rounding cannot reach the goal. */
  readonly score: number;
  readonly holds: boolean;
}

export function judge(library: string, mutants: readonly Mutant[], reviewed: readonly Equivalent[]): Verdict {
  const withStatus = (...of: Mutant['status'][]) => mutants.filter(({ status }) => of.includes(status));
  const unnoticed = withStatus('Survived', 'NoCoverage');
  const reasonOf = (mutant: Mutant) => reviewed.find((entry) => isSame(entry, mutant))?.reason;
  const survivors = unnoticed.filter((mutant) => reasonOf(mutant) === undefined);
  const equivalents = unnoticed.flatMap((mutant) => {
    const reason = reasonOf(mutant);
    return reason === undefined ? [] : [{ ...mutant, reason }];
  });
  const stale = reviewed.filter((entry) => !unnoticed.some((mutant) => isSame(entry, mutant)));
  const [killed, timeouts] = [withStatus('Killed').length, withStatus('Timeout').length];
  const noticed = killed + timeouts;
  const score = noticed === 0 ? 0 : Math.floor((noticed / (noticed + survivors.length)) * 1_000) / 10;
  const holds = score >= GOAL && stale.length === 0;
  return {
    ...{ library, mutants: noticed + survivors.length, killed, timeouts },
    ...{ survivors, equivalents, stale, score, holds },
  };
}
