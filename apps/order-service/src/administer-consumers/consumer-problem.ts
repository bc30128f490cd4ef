import {
  BrokerUnavailableError,
  ConsumerAdminError,
  type ConsumerAdminErrorCode,
  DatabaseError,
} from '@groundwork/messaging';
import { ProblemError } from '@groundwork/service-kit';
import { DirectoryUnavailableError } from '@groundwork/sharding/postgres';
import { DirectoryLostError } from '../storage/directory-lost.error.ts';

const REFUSALS: Readonly<Record<ConsumerAdminErrorCode, { status: number; code: string }>> = {
  'unknown-consumer': { status: 404, code: 'not-found' },
  'consumer-not-pausable': { status: 409, code: 'consumer-not-pausable' },
  'unknown-topic': { status: 422, code: 'unknown-topic' },
};

/**
 * Runs a request of an operator. Converts a rejection, or an unavailable broker or directory, to a problem with the reason.
 */
export async function askConsumers<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asProblem(error);
  }
}

function asProblem(error: unknown): unknown {
  if (error instanceof ConsumerAdminError)
    return new ProblemError({ ...REFUSALS[error.code], detail: error.message, cause: error });
  if (error instanceof BrokerUnavailableError)
    return new ProblemError({
      status: 503,
      code: error.code,
      detail: 'Kafka is unavailable; retry later.',
      headers: { 'retry-after': '1' },
      cause: error,
    });
  return error instanceof DatabaseError
    ? new DirectoryLostError(new DirectoryUnavailableError(error))
    : error;
}
