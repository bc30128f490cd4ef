import { type Finding } from '../finding.ts';
import { type Instruction, parseInstructions } from './instruction.ts';

/**
 * Checks that the classic builder can build a Dockerfile, that its base images are pinned, and that it does not run as root.
 */
export function checkDockerfile(text: string): Finding[] {
  const instructions = parseInstructions(text);
  return [
    ...fetchedSyntax(text),
    ...instructions.flatMap(({ name, rest }) => onlyBuildKit(name, rest)),
    ...loosePins(instructions),
    ...rootUser(instructions),
  ];
}

function fetchedSyntax(text: string): Finding[] {
  if (!/^\s*#\s*syntax\s*=/im.test(text)) return [];
  return [{ where: '# syntax', expected: 'none: the builder would fetch a front end' }];
}

function onlyBuildKit(name: string, rest: string): Finding[] {
  if (name === 'RUN' && /^--\w+/.test(rest))
    return [{ where: `RUN ${rest}`, expected: 'no option: requires BuildKit' }];
  if (/^(COPY|ADD)$/.test(name) && /--(link|parents|chmod|exclude)\b/.test(rest)) {
    return [{ where: `${name} ${rest}`, expected: 'no option that requires BuildKit' }];
  }
  return /<<-?["']?\w+/.test(rest)
    ? [{ where: `${name} ${rest}`, expected: 'no here-document: requires BuildKit' }]
    : [];
}

function loosePins(instructions: readonly Instruction[]): Finding[] {
  const stages = new Set<string>();
  return instructions
    .filter(({ name }) => name === 'FROM')
    .flatMap(({ rest }) => {
      const [, image = '', stage] = /^(?:--platform=\S+ )?(\S+)(?: AS (\S+))?$/i.exec(rest) ?? [];
      const known = stages.has(image);
      if (stage) stages.add(stage);
      const pinned = /:(?!latest$)[\w.-]*\d[\w.-]*$|@sha256:/.test(withDefaults(image, instructions));
      return known || pinned ? [] : [{ where: `FROM ${rest}`, expected: 'a tag with a version' }];
    });
}

/** Replaces ${NODE_IMAGE} by the default that an ARG before the first FROM defines. */
function withDefaults(image: string, instructions: readonly Instruction[]): string {
  const header = instructions.slice(
    0,
    instructions.findIndex(({ name }) => name === 'FROM'),
  );
  return header
    .filter(({ name }) => name === 'ARG')
    .map(({ rest }) => rest.split('='))
    .reduce((text, [name, value = '']) => text.replace(`\${${name}}`, value), image);
}

function rootUser(instructions: readonly Instruction[]): Finding[] {
  const lastStage = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
  const user = lastStage.findLast(({ name }) => name === 'USER')?.rest ?? 'root';
  return /^(root|0)(:|$)/.test(user)
    ? [{ where: 'USER', expected: 'a user other than root in the last stage' }]
    : [];
}
