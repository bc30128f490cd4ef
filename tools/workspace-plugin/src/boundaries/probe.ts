/** A file that need not exist, and what it would contain. */
export interface Probe {
  readonly file: string;
  readonly code: string;
}
