/** A path, which need not exist, and the content to lint under this path. */
export interface Probe {
  readonly file: string;
  readonly code: string;
}
