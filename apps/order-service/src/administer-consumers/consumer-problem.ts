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

/** Asks for an operator; what is refused, or cannot be asked, comes out as a problem that says why. */
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
      detail: 'Kafka cannot be asked at the moment.',
      headers: { 'retry-after': '1' },
      cause: error,
    });
  return error instanceof DatabaseError
    ? new DirectoryLostError(new DirectoryUnavailableError(error))
    : error;
}
