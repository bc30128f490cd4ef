const KEY = Symbol.for('groundwork.e2e-failures');
const globals = globalThis as unknown as Record<symbol, boolean | undefined>;

/** Jest loads the environment and the tear-down apart from each other; what they share is the process's globals. */
export function noteFailure(): void {
  globals[KEY] = true;
}

export function hasFailed(): boolean {
  return globals[KEY] === true;
}
