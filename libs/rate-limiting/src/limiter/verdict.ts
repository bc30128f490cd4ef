import { type Charge } from '../gcra/charge.ts';
import { type Decision } from '../gcra/decision.ts';

/** What one policy says about its charge. */
export interface ChargeDecision extends Charge {
  readonly decision: Decision;
}

/** The answer to charges that were decided together. */
export interface Verdict {
  /** True if every enforced policy admits its charge. Units were taken only then. */
  readonly allowed: boolean;
  /** One for each charge. A denial that the limiter remembers comes alone: the other policies were not asked. */
  readonly decisions: readonly ChargeDecision[];
  /** Time until all charges are admitted if no other caller takes units: at least 1, or 0 when allowed. */
  readonly retryAfterMs: number;
}

export function verdictOf(decisions: readonly ChargeDecision[]): Verdict {
  const denials = decisions.filter(isDenial);
  return {
    allowed: denials.length === 0,
    decisions,
    retryAfterMs: Math.max(0, ...denials.map(({ decision }) => decision.retryAfterMs)),
  };
}

/** Returns whether an enforced policy denies its charge. */
export function isDenial({ policy, decision }: ChargeDecision): boolean {
  return !decision.allowed && !policy.shadow;
}
