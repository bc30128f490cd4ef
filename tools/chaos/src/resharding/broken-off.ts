import { inspect } from 'node:util';
import { type Drill } from './drill.ts';

/** A drill that did not come to its end: what it met is a finding like any other. */
export interface BrokenOffDrill extends Pick<Drill, 'name' | 'title'> {
  readonly faults: readonly string[];
}

export function brokenOff({ name, title }: Drill, error: unknown): BrokenOffDrill {
  return { name, title, faults: [describe(error)] };
}

export function formatBrokenOff({ name, faults }: BrokenOffDrill): string {
  return `  step ${name} broke off; the steps after it are left out\n${faults.map((fault) => `  FAULT  ${fault}`).join('\n')}`;
}

/** The message, which names the request and its answer, with those of its causes. A stack trace would name our own code. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
