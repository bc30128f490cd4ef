import { inspect } from 'node:util';
import { type Drill } from './drill.ts';

/** A drill that ended with an error, which is reported as a finding. */
export interface BrokenOffDrill extends Pick<Drill, 'name' | 'title'> {
  readonly faults: readonly string[];
}

export function brokenOff({ name, title }: Drill, error: unknown): BrokenOffDrill {
  return { name, title, faults: [describe(error)] };
}

export function formatBrokenOff({ name, faults }: BrokenOffDrill): string {
  return `  step ${name} failed with an error; the steps after it are skipped\n${faults.map((fault) => `  FAULT  ${fault}`).join('\n')}`;
}

/**
 * The message, which names the request and its answer, with the messages of its causes. A stack trace would only name our
 * own code.
 */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
