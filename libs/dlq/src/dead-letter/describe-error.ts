import { types } from 'node:util';

const MAX_CODE = 100;
const MAX_MESSAGE = 2_000;
const MAX_CAUSES = 5;

/** Describes an error and its causes in bounded space, outermost first. `code` is the error's own code, or its class. */
export function describeError(error: unknown): { code: string; message: string } {
  const parts: string[] = [];
  let current = error;
  while (current !== undefined && current !== null && parts.length <= MAX_CAUSES) {
    parts.push(types.isNativeError(current) ? current.message : String(current));
    current = types.isNativeError(current) ? current.cause : undefined;
  }
  return { code: codeOf(error), message: parts.join(' ← ').slice(0, MAX_MESSAGE) };
}

function codeOf(error: unknown): string {
  if (!types.isNativeError(error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' ? code : error.name).slice(0, MAX_CODE);
}
