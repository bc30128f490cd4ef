/** The result of a drill that an error has ended: a finding with its context. */
export interface EndedEarly {
  readonly faults: readonly string[];
}

/** Returns the message of the error and of each of its causes. Our own stack trace would say nothing about the platform. */
export function endedEarly(error: unknown): EndedEarly {
  const messages: string[] = [];
  for (let at = error; at !== undefined && messages.length < 5; at = (at as { cause?: unknown }).cause) {
    messages.push(at instanceof Error ? at.message : String(at));
  }
  return { faults: [`the drill ended early: ${messages.join('; because: ')}`] };
}
