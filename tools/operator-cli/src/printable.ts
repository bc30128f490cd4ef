/**
 * Control characters (also the eight-bit ones: U+009B begins a sequence as ESC [ does), what separates lines, what is not
 * seen or turns the direction of what follows, and halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * What others wrote, as a terminal may show it on one line: it cannot move the cursor, change colours or titles, or pretend
 * to be another line. Escaped as in JSON, so that it also goes for JSON, where these stand in strings only.
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
