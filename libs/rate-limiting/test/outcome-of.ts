/** Returns 'granted', or why the caller was refused: the reason of the refusal, else the message of the error. */
export function outcomeOf(acquired: Promise<void>): Promise<string> {
  return acquired.then(
    () => 'granted',
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );
}
