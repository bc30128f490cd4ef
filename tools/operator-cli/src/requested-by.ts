import { userInfo } from 'node:os';
import { usageError } from './cli.error.ts';
import { type CliOption } from './command.ts';

/** Of commands that change something. */
export const BY: CliOption = {
  type: 'string',
  value: 'NAME',
  about: 'who asks, for those who look later (default: the user of this machine)',
};

/**
 * Who asks, as `--by` says.
 *
 * @throws {CliError} `usage`
 */
export function requestedBy(flags: Readonly<Record<string, unknown>>): string {
  const name = flags['by'] as string | undefined;
  if (name === undefined) return user();
  if (name.trim() !== '' && name.length <= 100) return name;
  throw usageError('--by: expected 1 to 100 characters');
}

/** A user id without a name is no reason to do nothing, as in a container. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'without a name'}`;
  }
}
