import { type LabResult } from './lab.ts';

/** What a lab has shown. */
export interface Verdict {
  readonly holds: boolean;
  /** One sentence for each value that is not as expected. */
  readonly faults: readonly string[];
}

export function judge({ measures }: LabResult): Verdict {
  const faults = measures.flatMap(({ what, naive, ours }) =>
    (
      [
        ['the naive version', naive],
        ['our version', ours],
      ] as const
    )
      .filter(([, { expected }]) => !expected.holds)
      .map(([version, { shown, expected }]) => `${what}: ${version} has ${shown}, expected ${expected.text}`),
  );
  return { holds: faults.length === 0, faults };
}
