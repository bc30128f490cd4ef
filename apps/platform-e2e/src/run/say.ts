/** Progress for the person who watches; straight to the terminal, because Jest decorates the console's lines. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
