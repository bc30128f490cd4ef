/** Replaces characters that Postgres cannot store by U+FFFD: U+0000 and halves of surrogate pairs. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}
