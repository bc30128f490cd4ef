import { userInfo } from 'node:os';
import { usageError } from './cli.error.ts';
import { type CliOption } from './command.ts';

/** An option of the commands that change something. */
export const BY: CliOption = {
  type: 'string',
  value: 'NAME',
  about: 'your name, for the record (default: the user of this machine)',
};

/**
 * Returns the name of the operator, as given by `--by`.
 *
 * @throws {CliError} `usage`
 */
export function requestedBy(flags: Readonly<Record<string, unknown>>): string {
  const name = flags['by'] as string | undefined;
  if (name === undefined) return user();
  if (name.trim() !== '' && name.length <= 100) return name;
  throw usageError('--by: expected 1 to 100 characters');
}

/** In a container a user id may have no name; that is no reason to fail. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'without a name'}`;
  }
}
