import { classifyDatabaseError, DatabaseError } from '@groundwork/messaging';
import { ProblemError } from '@groundwork/service-kit';
import { DirectoryUnavailableError } from '@groundwork/sharding/postgres';
import { DirectoryLostError } from '../directory-lost.error.ts';

/**
 * Runs a request on the directory. Throws problems and other errors of the request unchanged.
 *
 * @throws {DirectoryLostError} when the directory is down or does not answer in time
 */
export async function askDirectory<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isLost = !(error instanceof ProblemError) && classifyDatabaseError(error) instanceof DatabaseError;
    throw isLost ? new DirectoryLostError(new DirectoryUnavailableError(error)) : error;
  }
}
