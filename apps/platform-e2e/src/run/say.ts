/** Prints progress directly to the terminal, because Jest adds the call site to lines of the console. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
