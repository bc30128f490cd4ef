import {
  type CliOption,
  type Command as AnyCommand,
  type Invocation as AnyInvocation,
  usageError,
} from '@groundwork/operator-cli';
import { userInfo } from 'node:os';
import { type ConsumersAdmin } from './consumers-admin.ts';

export type Command = AnyCommand<ConsumersAdmin>;
export type Invocation = AnyInvocation<ConsumersAdmin>;

export const TOPIC: CliOption = {
  type: 'string',
  value: 'TOPIC',
  about: 'only what the group reads of this topic (default: the whole group)',
};

export const BY: CliOption = {
  type: 'string',
  value: 'NAME',
  about: 'who asks, for the others (default: the user of this machine)',
};

/** The topic and the name that the options say. @throws {CliError} `usage` */
export function wishOf(flags: Invocation['flags']): { topic?: string; by: string } {
  const topic = flags['topic'] as string | undefined;
  if (topic?.trim() === '') throw usageError('--topic: expected the name of a topic');
  return { ...(topic !== undefined && { topic }), by: requestedBy(flags['by'] as string | undefined) };
}

function requestedBy(name: string | undefined): string {
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
