/**
 * The kinds of errors that Redis answers. The prefix of the message is part of its protocol.
 *
 * - `full`: no memory for a write (OOM).
 * - `foreign`: a key holds something that this tier has not written: another type, or text that is not JSON.
 * - `outage`: everything else, such as LOADING, READONLY after a failover, or no answer at all.
 */
export type ReplyErrorKind = 'full' | 'foreign' | 'outage';

export function kindOf(error: unknown): ReplyErrorKind {
  if (error instanceof SyntaxError) return 'foreign';
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (name !== 'ReplyError') return 'outage';
  if (message.startsWith('OOM ')) return 'full';
  // The scripts decode only what this tier has stored: an error inside them is about the data.
  return message.startsWith('WRONGTYPE ') || message.includes('user_script:') ? 'foreign' : 'outage';
}
