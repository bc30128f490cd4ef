import { type Finding } from '../finding.ts';
import { parseComposeFile } from './compose-file.ts';
import { connected } from './rules/connected.rule.ts';
import { contained } from './rules/contained.rule.ts';
import { lasting } from './rules/lasting.rule.ts';
import { portable } from './rules/portable.rule.ts';
import { variables } from './rules/variables.rule.ts';

const RULES = [portable, variables, lasting, contained, connected];

/** Returns every broken rule of a compose file, without starting anything and without an engine. */
export function checkCompose(text: string): Finding[] {
  const file = parseComposeFile(text);
  return RULES.flatMap((rule) => rule(file));
}
