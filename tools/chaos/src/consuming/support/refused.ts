/** The error that the handlers of these drills throw. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly retryable = true,
  ) {
    super(`refused: ${code}`);
    this.name = 'Refused';
  }
}
