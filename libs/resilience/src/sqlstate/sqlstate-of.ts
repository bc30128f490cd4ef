/** Five digits and capital letters; the digit distinguishes it from system errors such as `EPIPE`. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/**
 * Returns the five characters with which Postgres classifies its error, also of an error that TypeORM has wrapped. `undefined`: the
 * server has not answered, or the error has another origin.
 */
export function sqlStateOf(error: unknown): string | undefined {
  return [error, driverErrorOf(error)]
    .map((one) => (one as { code?: unknown } | null | undefined)?.code)
    .find((code): code is string => typeof code === 'string' && SQLSTATE.test(code));
}

/** Returns the error that TypeORM has wrapped. */
export function driverErrorOf(error: unknown): unknown {
  return (error as { driverError?: unknown } | null | undefined)?.driverError;
}
