import { type Finding } from '../../finding.ts';
import { asList, type ComposeFile, type Mapping } from '../compose-file.ts';

/**
 * Checks that images built here run with an init process and a read-only root, and that each image is built in only one way.
 */
export function contained(file: ComposeFile): Finding[] {
  const ours = Object.entries(file.services).filter(([, service]) => service['build'] !== undefined);
  return [...ours.flatMap(([name, service]) => uncontained(name, service)), ...twoRecipes(ours)];
}

function uncontained(name: string, service: Mapping): Finding[] {
  const findings: Finding[] = [];
  if (service['init'] !== true)
    findings.push({ where: `${name}.init`, expected: 'true: Node does not reap as PID 1' });
  if (service['read_only'] !== true) findings.push({ where: `${name}.read_only`, expected: 'true' });
  if (!asList(service['tmpfs']).includes('/tmp')) findings.push({ where: `${name}.tmpfs`, expected: '/tmp' });
  if (service['privileged'] || service['user'] === 'root')
    findings.push({ where: name, expected: 'no privileges' });
  return findings;
}

function twoRecipes(ours: readonly (readonly [string, Mapping])[]): Finding[] {
  const recipes = new Map<unknown, string>();
  return ours.flatMap(([name, { image, build }]) => {
    const recipe = JSON.stringify(build);
    const known = recipes.get(image) ?? recipe;
    recipes.set(image, known);
    return known === recipe
      ? []
      : [{ where: `${name}.build`, expected: `the same build for all uses of ${String(image)}` }];
  });
}
