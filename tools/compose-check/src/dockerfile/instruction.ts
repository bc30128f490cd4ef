export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Parses the instructions of a Dockerfile: joins continued lines, drops comments and blank lines. */
export function parseInstructions(text: string): Instruction[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\s*\n\s*/g, ' ')
    .split('\n')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      return { name: name.toUpperCase(), rest: rest.join(' ') };
    });
}
