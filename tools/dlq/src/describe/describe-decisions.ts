import { type DeadLetterAction } from '@groundwork/contracts';
import { printable } from '@groundwork/operator-cli';
import { indented } from './indented.ts';
import { prettyJson } from './pretty-json.ts';
import { utc } from './time.ts';

const WORDS = {
  redriven: 'sent again',
  'edited-and-redriven': 'sent again with another payload',
  discarded: 'discarded',
} as const satisfies Record<DeadLetterAction['action'], string>;

/** Describes a decision with its time, operator and reason: `discarded 2026-… UTC by ada: a test order`. */
export function describeDecision(action: DeadLetterAction): string {
  const who = action.by === null ? '' : ` by ${printable(action.by)}`;
  const why = action.reason === null ? '' : `: ${printable(action.reason)}`;
  const job = action.redriveJob === null ? '' : `, in redrive ${action.redriveJob}`;
  return `${WORDS[action.action]} ${utc(action.at)}${who}${job}${why}`;
}

export function describeDecisions(actions: readonly DeadLetterAction[]): string {
  if (actions.length === 0) return '    none yet';
  return actions
    .flatMap((action) => [
      `    ${describeDecision(action)}`,
      ...(action.eventId === null ? [] : [`      as event ${printable(action.eventId)}`]),
      ...(action.payload === null
        ? []
        : [indented(prettyJson(JSON.stringify(action.payload)) ?? '', '      ')]),
    ])
    .join('\n');
}
