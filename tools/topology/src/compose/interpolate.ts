import { TopologyError } from '../topology.error.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

/**
 * Replaces variables as Compose does: `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:+other}`,
 * `${VAR+other}`, `${VAR:?message}`, `${VAR?message}`, and `$$` for a dollar. Defaults may contain variables. `where` names
 * the value in error messages.
 */
export function interpolate(text: string, variables: Variables, where: string): string {
  let result = '';
  for (let at = 0; at < text.length;) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) return result + text.slice(at);
    result += text.slice(at, dollar);
    const { value, end } = substitute(text, dollar + 1, variables, where);
    result += value;
    at = end;
  }
  return result;
}

function substitute(
  text: string,
  start: number,
  variables: Variables,
  where: string,
): { value: string; end: number } {
  if (text[start] === '$') return { value: '$', end: start + 1 };
  if (text[start] === '{') {
    const end = closingBrace(text, start, where);
    return { value: expand(text.slice(start + 1, end), variables, where), end: end + 1 };
  }
  const name = NAME.exec(text.slice(start))?.[0];
  if (name === undefined) throw invalid(where, text);
  return { value: variables[name] ?? '', end: start + name.length };
}

function closingBrace(text: string, open: number, where: string): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && (depth -= 1) === 0) return at;
  }
  throw invalid(where, text);
}

function expand(expression: string, variables: Variables, where: string): string {
  const name = NAME.exec(expression)?.[0];
  if (name === undefined) throw invalid(where, `\${${expression}}`);
  const rest = expression.slice(name.length);
  const value = variables[name];
  if (rest === '') return value ?? '';

  const countsEmptyAsUnset = rest.startsWith(':');
  const operator = countsEmptyAsUnset ? rest[1] : rest[0];
  const word = rest.slice(countsEmptyAsUnset ? 2 : 1);
  const isSet = value !== undefined && !(countsEmptyAsUnset && value === '');
  if (operator === '-') return isSet ? value : interpolate(word, variables, where);
  if (operator === '+') return isSet ? interpolate(word, variables, where) : '';
  if (operator === '?' && isSet) return value;
  if (operator === '?') throw new TopologyError('variable-missing', `${where}: ${name} is required: ${word}`);
  throw invalid(where, `\${${expression}}`);
}

function invalid(where: string, text: string): TopologyError {
  return new TopologyError(
    'invalid-interpolation',
    `${where}: cannot read the variable in ${JSON.stringify(text)} (write $$ for a dollar)`,
  );
}
