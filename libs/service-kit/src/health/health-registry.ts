import { Injectable } from '@nestjs/common';

/** Rejects with the fault, or resolves, optionally with a detail for the report. */
export type HealthCheck = () => Promise<string | void>;

export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'unavailable';
  readonly checks: Readonly<Record<string, { status: 'ok' | 'failed'; detail?: string; error?: string }>>;
}

interface Registered {
  readonly check: HealthCheck;
  readonly critical: boolean;
}

/** A check without an answer in this time counts as failed: a probe must never hang. */
const CHECK_TIMEOUT_MS = 2_000;

/**
 * The checks behind the health endpoints. Readiness checks real dependencies: a failed critical check takes the instance out
 * of service; any other failed check is only reported as degraded. Liveness checks faults that a restart would fix. Safe to
 * call concurrently.
 */
@Injectable()
export class HealthRegistry {
  private readonly readinessChecks = new Map<string, Registered>();
  private readonly livenessChecks = new Map<string, Registered>();

  /** @returns a function that removes the check */
  readiness(name: string, check: HealthCheck, { critical = true }: { critical?: boolean } = {}): () => void {
    const registered = { check, critical };
    this.readinessChecks.set(name, registered);
    return () => {
      // Another check may have taken the name.
      if (this.readinessChecks.get(name) === registered) this.readinessChecks.delete(name);
    };
  }

  liveness(name: string, check: HealthCheck): void {
    this.livenessChecks.set(name, { check, critical: true });
  }

  ready(): Promise<HealthReport> {
    return report(this.readinessChecks);
  }

  live(): Promise<HealthReport> {
    return report(this.livenessChecks);
  }
}

async function report(registered: ReadonlyMap<string, Registered>): Promise<HealthReport> {
  const results = await Promise.all(
    [...registered].map(async ([name, { check, critical }]) => ({
      name,
      critical,
      ...(await outcomeOf(check)),
    })),
  );
  const failed = results.filter(({ error }) => error !== undefined);
  return {
    status: failed.some(({ critical }) => critical) ? 'unavailable' : failed.length > 0 ? 'degraded' : 'ok',
    checks: Object.fromEntries(
      results.map(({ name, error, detail }) => [
        name,
        error !== undefined
          ? { status: 'failed', error }
          : { status: 'ok', ...(detail !== undefined && { detail }) },
      ]),
    ),
  };
}

interface Outcome {
  readonly detail?: string | undefined;
  readonly error?: string;
}

async function outcomeOf(check: HealthCheck): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ error: `no answer within ${CHECK_TIMEOUT_MS} ms` }), CHECK_TIMEOUT_MS);
  });
  const outcome = check().then(
    (detail) => ({ detail: detail as string | undefined }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  try {
    return await Promise.race([outcome, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
