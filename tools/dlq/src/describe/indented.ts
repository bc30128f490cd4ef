/** Each line of a text behind a margin: what others wrote in lines cannot pretend to be what stands around it. */
export function indented(text: string, margin = '    '): string {
  return text
    .split('\n')
    .map((line) => `${margin}${line}`)
    .join('\n');
}
