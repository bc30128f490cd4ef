import { type Finding } from '../../finding.ts';
import { asList, type ComposeFile } from '../compose-file.ts';

const VARIABLE_WITH_DEFAULT = /\$\{[A-Z][A-Z0-9_]*:-[^{}]+\}/;
/** A service can handle an empty value; an image or a port cannot be empty. */
const VARIABLE_WITH_ANY_DEFAULT = /\$\{[A-Z][A-Z0-9_]*:-[^{}]*\}/g;

/** Checks that the operator can choose every image and every published port, and that all of them have defaults. */
export function variables(file: ComposeFile): Finding[] {
  return Object.entries(file.services).flatMap(([name, service]) => [
    ...missingVariable(`${name}.image`, service['image']),
    ...asList(service['ports']).flatMap((port) => missingVariable(`${name}.ports`, port)),
    ...variablesWithoutDefault(name, service),
  ]);
}

function missingVariable(where: string, value: unknown): Finding[] {
  if (VARIABLE_WITH_DEFAULT.test(String(value))) return [];
  return [{ where, expected: `a variable with a default instead of ${String(value)}` }];
}

function variablesWithoutDefault(where: string, value: unknown): Finding[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, child]) => variablesWithoutDefault(`${where}.${key}`, child));
  }
  const rest = String(value).replaceAll('$$', '').replaceAll(VARIABLE_WITH_ANY_DEFAULT, '');
  return rest.includes('$') ? [{ where, expected: `a default for each variable of ${String(value)}` }] : [];
}
