import { ShardUnavailableError } from '../storage/shard-unavailable.error.ts';

/** A statement reached its database after its deadline, so the database has placed nothing. The caller may retry it. */
export class ArrivedLateError extends ShardUnavailableError {
  constructor(shard: string) {
    super(shard, new Error('the statement reached the database after its deadline'));
    this.name = 'ArrivedLateError';
  }
}
