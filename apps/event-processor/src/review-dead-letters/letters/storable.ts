/** Text with a mark where it holds what Postgres does not: U+0000, or half of a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{fffd}');
}
