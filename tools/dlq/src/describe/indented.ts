/** Indents each line of a text, so that a line of foreign text cannot look like the lines around it. */
export function indented(text: string, margin = '    '): string {
  return text
    .split('\n')
    .map((line) => `${margin}${line}`)
    .join('\n');
}
