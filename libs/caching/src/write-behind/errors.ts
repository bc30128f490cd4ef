/** The log has no room, and the caller has waited as long as it may. Nothing was written. */
export class WriteLogFull extends Error {
  readonly code = 'write-log-full';
  readonly retryable = true;

  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'WriteLogFull';
  }
}

/** The log, or the store with which it must be compared first, does not answer. */
export class WriteLogUnavailable extends Error {
  readonly code = 'write-log-unavailable';
  readonly retryable = true;

  /** @param outcome whether the write may have been acknowledged: `unknown` when the call was sent and its answer is missing */
  constructor(
    readonly outcome: 'not-written' | 'unknown',
    options?: ErrorOptions,
  ) {
    super(
      outcome === 'unknown'
        ? 'the write-behind log did not answer; the write may have been acknowledged'
        : 'the write-behind log is unavailable; nothing was written',
      options,
    );
    this.name = 'WriteLogUnavailable';
  }
}

/** The store does not answer, so a value cannot be read. */
export class WriteStoreUnavailable extends Error {
  readonly code = 'write-store-unavailable';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('the store behind the write-behind log is unavailable', options);
    this.name = 'WriteStoreUnavailable';
  }
}

/** The document is not in the version that the caller expects. Nothing was written. */
export class VersionConflict extends Error {
  readonly code = 'version-conflict';
  readonly retryable = false;

  /** @param version the current version; 0 if there is no document */
  constructor(readonly version: number) {
    super(
      version === 0
        ? 'the document does not exist'
        : `the document is in version ${version}, not in the expected one`,
    );
    this.name = 'VersionConflict';
  }
}

/** The store belongs to another log: two logs would give the same positions to different writes. */
export class ForeignLog extends Error {
  readonly code = 'foreign-log';
  readonly retryable = false;

  /** @param log the log to which the store belongs */
  constructor(readonly log: string) {
    super(
      `the store belongs to the write-behind log ${log}, and this log has entries of its own. Give each log its own store, ` +
        'or apply the entries of the other log first',
    );
    this.name = 'ForeignLog';
  }
}

/** This process shuts down and accepts no more writes. */
export class WriteBehindClosed extends Error {
  readonly code = 'write-behind-closed';
  readonly retryable = true;

  constructor() {
    super('the write-behind log is closed in this process');
    this.name = 'WriteBehindClosed';
  }
}

/** The write can never be stored: a name or a value is invalid. */
export class InvalidWrite extends Error {
  readonly code = 'invalid-write';
  readonly retryable = false;

  constructor(detail: string) {
    super(detail);
    this.name = 'InvalidWrite';
  }
}
