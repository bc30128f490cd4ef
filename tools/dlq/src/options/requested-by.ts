import { type CliOption, usageError } from '@groundwork/operator-cli';
import { userInfo } from 'node:os';
import { type Flags } from '../command.ts';

export const BY: CliOption = {
  type: 'string',
  value: 'NAME',
  about: 'who asks, for the audit (default: the user of this machine)',
};

/** @throws {CliError} `usage` */
export function requestedBy(flags: Flags): string {
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
