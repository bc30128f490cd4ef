import { RedisNotDurableError } from '@groundwork/caching';
import {
  ForeignLog,
  InvalidWrite,
  VersionConflict,
  WriteBehindClosed,
  WriteLogFull,
  WriteLogUnavailable,
  WriteStoreUnavailable,
} from '@groundwork/caching/write-behind';
import { ProblemError } from '@groundwork/service-kit';
import { versionTagOf } from '../http-caching/entity-tag.ts';
import { sourceUnavailable } from '../source/source.ts';

const RETRY_LATER = { status: 503, headers: { 'retry-after': '1' } };

/** Returns the problem document of an error of the write-behind log, and every other error unchanged. */
function toWriteProblem(error: unknown): unknown {
  if (error instanceof WriteLogFull)
    return new ProblemError({
      ...{ ...RETRY_LATER, code: 'write-log-full', cause: error },
      detail: 'The log of acknowledged writes is full. Nothing was written.',
    });
  if (isUnavailable(error)) {
    const isUnknown = error instanceof WriteLogUnavailable && error.outcome === 'unknown';
    return new ProblemError({
      ...{ ...RETRY_LATER, code: 'write-log-unavailable', cause: error },
      detail: isUnknown
        ? 'The log of acknowledged writes did not answer. The write may have been stored.'
        : 'The log of acknowledged writes is unavailable. Nothing was written.',
    });
  }
  if (error instanceof WriteStoreUnavailable) return sourceUnavailable(error);
  if (error instanceof VersionConflict)
    return new ProblemError({
      ...{ status: 412, code: 'version-conflict', detail: `Nothing was written: ${error.message}.` },
      headers: error.version === 0 ? {} : { etag: versionTagOf(error.version) },
    });
  if (error instanceof InvalidWrite)
    return new ProblemError({ status: 400, code: 'invalid-request', detail: error.message });
  return error;
}

/** Runs a write to the log. Its errors become problem documents. */
export async function withWriteProblems<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw toWriteProblem(error);
  }
}

/** Runs a read. Without the log, an answer could miss an acknowledged write. */
export async function withReadProblems<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof WriteLogUnavailable)) throw toWriteProblem(error);
    throw new ProblemError({
      ...{ ...RETRY_LATER, code: 'write-log-unavailable', cause: error },
      detail: 'The log of acknowledged writes is unavailable, so the newest value is not known.',
    });
  }
}

/** Also a server that could lose writes, or belongs to another store: an operator must correct it. */
function isUnavailable(error: unknown): boolean {
  return [WriteLogUnavailable, WriteBehindClosed, RedisNotDurableError, ForeignLog].some(
    (kind) => error instanceof kind,
  );
}
