import {
  type CliOption,
  type Command as AnyCommand,
  type Invocation as AnyInvocation,
  requestedBy,
  usageError,
} from '@groundwork/operator-cli';
import { type ConsumersAdmin } from './consumers-admin.ts';

export type Command = AnyCommand<ConsumersAdmin>;
export type Invocation = AnyInvocation<ConsumersAdmin>;

export const TOPIC: CliOption = {
  type: 'string',
  value: 'TOPIC',
  about: 'only this topic of the group (default: the whole group)',
};

/**
 * Returns the topic and the name given by the options.
 *
 * @throws {CliError} `usage`
 */
export function wishOf(flags: Invocation['flags']): { topic?: string; by: string } {
  const topic = flags['topic'] as string | undefined;
  if (topic?.trim() === '') throw usageError('--topic: expected the name of a topic');
  return { ...(topic !== undefined && { topic }), by: requestedBy(flags) };
}
