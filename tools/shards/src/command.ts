import {
  type CliOption,
  type Command as AnyCommand,
  type Invocation as AnyInvocation,
} from '@groundwork/operator-cli';
import { type ShardAdmin } from './shard-admin.ts';

export type Command = AnyCommand<ShardAdmin>;
export type Invocation = AnyInvocation<ShardAdmin>;

/** Both sides of a move differ, or another fault prevents the switch. An exit status of this command line only. */
export const FAULTY = 4;

export const DETACH: CliOption = {
  type: 'boolean',
  about: 'send the request without waiting; npm run shards -- status shows the progress',
};
