import { type Finding } from '../../finding.ts';
import { asMapping, type ComposeFile, type Mapping } from '../compose-file.ts';
import { CONDITIONS, NESTED_KEYS, SERVICE_KEYS, TOP_LEVEL_KEYS } from '../grammar.ts';

/** Checks that compose 1.29 and v2 both accept the file. */
export function portable(file: ComposeFile): Finding[] {
  return [
    ...unknownKeys('the file', file.top, TOP_LEVEL_KEYS),
    ...Object.entries(file.services).flatMap(([name, service]) => [
      ...unknownKeys(name, service, SERVICE_KEYS),
      ...Object.entries(NESTED_KEYS).flatMap(([key, known]) =>
        unknownKeys(`${name}.${key}`, asMapping(service[key]), known),
      ),
      ...Object.entries(asMapping(service['depends_on'])).flatMap(([dependency, how]) =>
        oddDependency(`${name}.depends_on.${dependency}`, asMapping(how)),
      ),
    ]),
  ];
}

function unknownKeys(where: string, mapping: Mapping, known: ReadonlySet<string>): Finding[] {
  return Object.keys(mapping)
    .filter((key) => !known.has(key) && !key.startsWith('x-'))
    .map((key) => ({ where: `${where}.${key}`, expected: 'a key that compose 1.29 and v2 both accept' }));
}

function oddDependency(where: string, dependency: Mapping): Finding[] {
  const { condition, ...others } = dependency;
  if (CONDITIONS.has(String(condition)) && Object.keys(others).length === 0) return [];
  return [{ where, expected: `only a condition: ${[...CONDITIONS].join(', ')}` }];
}
