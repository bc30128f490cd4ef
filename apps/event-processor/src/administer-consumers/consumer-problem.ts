import {
  BrokerUnavailableError,
  ConsumerAdminError,
  type ConsumerAdminErrorCode,
  DatabaseError,
} from '@groundwork/messaging';
import { ProblemError } from '@groundwork/service-kit';

const REFUSALS: Readonly<Record<ConsumerAdminErrorCode, { status: number; code: string }>> = {
  'unknown-consumer': { status: 404, code: 'not-found' },
  'consumer-not-pausable': { status: 409, code: 'consumer-not-pausable' },
  'unknown-topic': { status: 422, code: 'unknown-topic' },
};

/** Runs the request of an operator. Converts refusals and unavailable dependencies to problems with the reason. */
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
    return unavailable(error.code, 'Kafka is unavailable; retry later.', error);
  if (error instanceof DatabaseError)
    return unavailable('unavailable', 'The database of the pauses is unavailable; retry later.', error);
  return error;
}

function unavailable(code: string, detail: string, cause: Error): ProblemError {
  return new ProblemError({ status: 503, code, detail, headers: { 'retry-after': '1' }, cause });
}
