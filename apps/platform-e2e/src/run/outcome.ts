const KEY = Symbol.for('groundwork.e2e-failures');
const globals = globalThis as unknown as Record<symbol, boolean | undefined>;

/** Jest loads the environment and the teardown separately, so they share this flag through the globals of the process. */
export function noteFailure(): void {
  globals[KEY] = true;
}

export function hasFailed(): boolean {
  return globals[KEY] === true;
}
