/** Both versions collect writes for this time before they write them to the database. */
export const FLUSH_MS = 1_000;
/** Both versions give up a statement after this time. */
export const STATEMENT_LIMIT_MS = 500;
/** The views are spread over so many pages. */
export const PAGES = 20;
