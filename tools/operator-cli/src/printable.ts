/**
 * Control characters (including the eight-bit ones: U+009B starts a sequence as ESC [ does), line separators, characters
 * that are invisible or change the text direction, and unpaired surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Returns text from another source as a single line that a terminal can show safely: it cannot move the cursor, change
 * colours or titles, or look like a further line. The escapes are those of JSON, so the result is also valid in JSON, where
 * these characters occur only in strings.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) =>
    Array.from({ length: character.length }, (_, unit) => escaped(character.charCodeAt(unit))).join(''),
  );
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
