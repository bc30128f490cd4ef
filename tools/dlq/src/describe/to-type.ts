import { printable } from '@groundwork/operator-cli';

/**
 * Returns a command of this command line for the operator to copy. Each word is quoted, so keys may contain any characters.
 */
export function toType(...words: readonly string[]): string {
  return `npm run dlq -- ${words.map(shellWord).join(' ')}`;
}

/** Quotes one word for bash and zsh. */
export function shellWord(word: string): string {
  if (/^[\w@+:,./-]+$/.test(word)) return word;
  if (printable(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${Array.from(word, escaped).join('')}'`;
}

function escaped(character: string): string {
  if (character === '\\' || character === "'") return `\\${character}`;
  if (printable(character) === character) return character;
  return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
