import { ProblemError } from '@groundwork/service-kit';
import { ReshardingError, type ReshardingErrorCode } from '@groundwork/sharding';
import { ShardNameError } from '@groundwork/sharding/postgres';
import { askDirectory } from '../storage/directory/ask-directory.ts';

const STATUS: Partial<Record<ReshardingErrorCode, number>> = {
  'already-moving': 409,
  'plan-stale': 409,
  'move-finished': 409,
  'move-not-ready': 409,
  'shard-not-ready': 409,
  'table-not-movable': 409,
  'schema-differs': 409,
  'unknown-shard': 422,
  'same-shard': 422,
  'shard-unreachable': 422,
};

/** Runs a request of an operator on the directory. Converts a rejection to a problem with the reason. */
export function answerOperator<T>(work: () => Promise<T>): Promise<T> {
  return askDirectory(() =>
    work().catch((error: unknown) => {
      throw asProblem(error);
    }),
  );
}

function asProblem(error: unknown): unknown {
  if (error instanceof ShardNameError) {
    const { code, message } = error;
    return new ProblemError({ status: 422, code, detail: sentence(message), cause: error });
  }
  if (error instanceof ReshardingError) {
    const { code, message } = error;
    if (code === 'unknown-move')
      return new ProblemError({ status: 404, code: 'not-found', detail: sentence(message) });
    const status = STATUS[code];
    if (status === undefined) return error;
    return new ProblemError({ status, code, detail: sentence(message), cause: error });
  }
  return error;
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
