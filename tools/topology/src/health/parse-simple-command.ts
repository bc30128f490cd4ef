/** Suffixes of a shell line that do not matter here: redirections to /dev/null, and `|| exit 1`. */
const HARMLESS_END = /\s*(?:\d?>\s*\/dev\/null|2>&1|\|\|\s*exit\s+1)\s*$/;

/**
 * Returns the words of a shell line that is one plain command with variables (`pg_isready -U $POSTGRES_USER`), or undefined
 * when only a shell can run the line.
 */
export function parseSimpleCommand(
  line: string,
  environment: Readonly<Record<string, string>>,
): string[] | undefined {
  let command = line.trim();
  while (HARMLESS_END.test(command)) command = command.replace(HARMLESS_END, '');
  if (/[|&;<>()`\\"'*?[\]#~{}\n]/.test(command)) return undefined;
  return command
    .split(/\s+/)
    .map((word) => word.replaceAll(/\$(\w+)/g, (_, name: string) => environment[name] ?? ''));
}
