/** Calls a callback of the application. If it throws, the work of the cache continues. */
export function quietly(callback: () => void): void {
  try {
    callback();
  } catch {
    // The fault is in the callback, and the application has no other place to receive it.
  }
}
