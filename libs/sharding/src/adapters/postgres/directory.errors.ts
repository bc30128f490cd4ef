/** The directory cannot be asked. What is known of the map goes on being used; only what needs a newer one has to wait. */
export class DirectoryUnavailableError extends Error {
  readonly code = 'directory-unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('the directory of slots cannot be reached', { cause });
    this.name = 'DirectoryUnavailableError';
  }
}

/** The directory is there and holds no map: the migrating job has never finished. */
export class DirectoryEmptyError extends Error {
  readonly code = 'directory-empty';
  readonly retryable = true;

  constructor() {
    super('the directory holds no slot map yet: run the migrations, which write the first one');
    this.name = 'DirectoryEmptyError';
  }
}
