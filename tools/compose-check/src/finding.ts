/** A broken rule: the place, and what is expected there. */
export interface Finding {
  readonly where: string;
  readonly expected: string;
}
