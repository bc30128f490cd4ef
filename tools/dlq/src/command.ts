import { type Command as AnyCommand, type Invocation as AnyInvocation } from '@groundwork/operator-cli';
import { type DeadLetterAdmin } from './dead-letter-admin.ts';

export type Command = AnyCommand<DeadLetterAdmin>;
export type Invocation = AnyInvocation<DeadLetterAdmin>;
export type Flags = Invocation['flags'];

/** Ctrl-C while a redrive goes on: an exit status of this command line, and what shells say of it. */
export const LEFT = 130;
