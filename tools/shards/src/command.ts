import {
  type CliOption,
  type Command as AnyCommand,
  type Invocation as AnyInvocation,
} from '@groundwork/operator-cli';
import { type ShardAdmin } from './shard-admin.ts';

export type Command = AnyCommand<ShardAdmin>;
export type Invocation = AnyInvocation<ShardAdmin>;

/** Both sides of a move differ, or something else keeps it from being switched: an exit status of this command line. */
export const FAULTY = 4;

export const DETACH: CliOption = {
  type: 'boolean',
  about: 'ask for it and do not wait; npm run shards -- status shows how far it is',
};
