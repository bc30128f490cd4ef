/** Calls a callback of the application. If it throws, the work of the cache continues, and Node prints a warning. */
export function quietly(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    // The fault is in the callback, and the application has no other place to receive it.
    process.emitWarning(`a callback of the application has thrown: ${String(error)}`);
  }
}
