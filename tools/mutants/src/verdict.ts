import { type Equivalent, isSame } from './equivalent.ts';
import { type Mutant } from './mutant.ts';

/** In percent: of the mutants that change something, how many a test has to notice. */
export const GOAL = 90;

/** What the mutants of a library say about its tests. */
export interface Verdict {
  readonly library: string;
  /** Mutants that could run and change what the program does. */
  readonly mutants: number;
  readonly killed: number;
  /** A test never came back: noticed too. */
  readonly timeouts: number;
  readonly survivors: readonly Mutant[];
  /** Survivors that are on the reviewed list, each with its reason. */
  readonly equivalents: readonly (Mutant & { readonly reason: string })[];
  /** Entries of the reviewed list that match no survivor: the code has changed, or a test notices by now. */
  readonly stale: readonly Equivalent[];
  /** Percent, rounded down: a goal is not reached by rounding. */
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
