import { usageError } from '@groundwork/operator-cli';

const FORM = /^(?!0000)\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * Converts a date (its start in UTC) or a time with its zone to the form that the API takes.
 *
 * @throws {CliError} `usage`
 */
export function instant(name: string, text: string): string {
  const time = new Date(FORM.test(text) && isInCalendar(text.slice(0, 10)) ? text : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw usageError(
    `--${name} ${text}: expected a date, or a time with its zone, e.g. 2026-01-31 or 2026-01-31T09:00Z`,
  );
}

/** `Date` parses the 31st of February as the 3rd of March. */
function isInCalendar(date: string): boolean {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}
