import { invalid } from './scalars.ts';

/** Reads a map or a list of `NAME=value`; a name without a value takes the value from the engine's own environment. */
export function readEnvironment(
  value: unknown,
  own: NodeJS.ProcessEnv,
  where: string,
): Record<string, string> {
  if (value === undefined) return {};
  const entries = Array.isArray(value) ? value.map(splitAssignment) : entriesOf(value, where);
  return Object.fromEntries(
    entries
      .map(([name, text]) => [name, text ?? own[name]] as const)
      .filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );
}

function splitAssignment(line: unknown): [string, string | undefined] {
  const [name = '', ...rest] = String(line).split('=');
  return [name, rest.length === 0 ? undefined : rest.join('=')];
}

function entriesOf(value: unknown, where: string): [string, string | undefined][] {
  if (typeof value !== 'object' || value === null) throw invalid(where, value, 'a map or a list');
  return Object.entries(value).map(([name, item]) => {
    if (typeof item === 'object' && item !== null) throw invalid(`${where}.${name}`, item, 'a string');
    return [name, item === null || item === undefined ? undefined : String(item)];
  });
}
