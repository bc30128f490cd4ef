import { type Command as AnyCommand, type Invocation as AnyInvocation } from '@groundwork/operator-cli';
import { type DeadLetterAdmin } from './dead-letter-admin.ts';

export type Command = AnyCommand<DeadLetterAdmin>;
export type Invocation = AnyInvocation<DeadLetterAdmin>;
export type Flags = Invocation['flags'];

/** Exit status after Ctrl-C while a redrive continues; the same as that of a shell for SIGINT. */
export const LEFT = 130;
