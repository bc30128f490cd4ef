import { type Charge } from './charge.ts';
import { admit } from './gcra.ts';

/** The decision about one charge among others: whether its own policy admits it, and its TAT afterwards. */
export interface Outcome {
  readonly allowed: boolean;
  readonly tat: number;
}

/**
 * Decides several charges together, all or nothing: if one enforced policy denies, no charge takes units. A shadow policy
 * hinders no other one, and takes nothing itself when it would deny.
 */
export function admitAll(
  charges: readonly Charge[],
  storedTats: readonly (number | undefined)[],
  nowMicros: number,
): Outcome[] {
  const outcomes = charges.map(({ policy, cost }, index) =>
    admit(policy, storedTats[index], nowMicros, cost),
  );
  if (areAdmitted(charges, outcomes)) return outcomes;
  return outcomes.map(({ allowed }, index) => {
    const { policy } = charges[index] as Charge;
    return { allowed, tat: admit(policy, storedTats[index], nowMicros, 0).tat };
  });
}

/** Returns whether every enforced policy admits its charge. */
export function areAdmitted(
  charges: readonly Charge[],
  outcomes: readonly { readonly allowed: boolean }[],
): boolean {
  return outcomes.every(({ allowed }, index) => allowed || charges[index]?.policy.shadow === true);
}
