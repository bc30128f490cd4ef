/** The directory cannot be reached. The known map stays in use. Only operations that need a newer map have to wait. */
export class DirectoryUnavailableError extends Error {
  readonly code = 'directory-unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the directory of slots cannot be reached', { cause });
    this.name = 'DirectoryUnavailableError';
  }
}

/** The directory is reachable but has no map: the migration job has never finished. */
export class DirectoryEmptyError extends Error {
  readonly code = 'directory-empty';
  readonly retryable = true;

  constructor() {
    super('the directory holds no slot map yet: run the migrations, which write the first one');
    this.name = 'DirectoryEmptyError';
  }
}
