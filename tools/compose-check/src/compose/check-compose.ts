import { type Finding } from '../finding.ts';
import { parseComposeFile } from './compose-file.ts';
import { connected } from './rules/connected.rule.ts';
import { contained } from './rules/contained.rule.ts';
import { lasting } from './rules/lasting.rule.ts';
import { portable } from './rules/portable.rule.ts';
import { variables } from './rules/variables.rule.ts';

const RULES = [portable, variables, lasting, contained, connected];

/** Every broken rule of a compose file; nothing is run and no engine is needed. */
export function checkCompose(text: string): Finding[] {
  const file = parseComposeFile(text);
  return RULES.flatMap((rule) => rule(file));
}
