import { type ChangedPlacement } from './placement.ts';

/** A VSchema that does not find existing rows where an earlier VSchema placed them. */
export class VSchemaChangedError extends Error {
  readonly code = 'vschema-changed';
  readonly retryable = false;

  constructor(readonly changes: readonly ChangedPlacement[]) {
    super(
      changes
        .map(({ table, from, to, movesRows }) =>
          movesRows
            ? `the rows of ${table} were placed by ${from}, and would be looked for by ${to}`
            : `rows of ${table} were found by ${from}, and would be looked for by ${to}`,
        )
        .join('; '),
    );
    this.name = 'VSchemaChangedError';
  }
}
