import { usageError } from './cli.error.ts';

/**
 * Returns the whole number given for an option, or undefined.
 *
 * @throws {CliError} `usage`, naming the option and the expected value
 */
export function wholeNumber(
  flags: Readonly<Record<string, unknown>>,
  name: string,
  most?: number,
): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const isNumber = /^[1-9]\d{0,8}$/.test(String(text));
  if (isNumber && Number(text) <= (most ?? Infinity)) return Number(text);
  const range = most === undefined ? ', at least 1' : ` from 1 to ${most}`;
  throw usageError(`--${name} ${String(text)}: expected a whole number${range}`);
}
