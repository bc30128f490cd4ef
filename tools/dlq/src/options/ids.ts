import { LetterId, RedriveJobId } from '@groundwork/contracts';
import { usageError } from '@groundwork/operator-cli';

/** @throws {CliError} `usage` */
export function letterId([id = '']: readonly string[]): string {
  if (LetterId.safeParse(id).success) return id;
  throw usageError(`${id}: expected the id of a dead letter, as shown by npm run dlq -- list`);
}

/** @throws {CliError} `usage` */
export function jobId(option: string, id: string): string {
  if (RedriveJobId.safeParse(id).success) return id;
  throw usageError(
    `--${option} ${id}: expected the id of a redrive, as shown by npm run dlq -- redrive --jobs`,
  );
}
