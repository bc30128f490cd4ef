const TOKEN = /"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/g;
const EMPTY = /^[{[]\s*[}\]]$/;
/** Deeper levels keep this indentation: a payload that consists of brackets would otherwise grow to gigabytes. */
const DEEPEST = 20;

/**
 * Formats JSON with one line for each member. Only spaces change. Parsing and writing the text again would change numbers
 * beyond 2^53, and would drop the first of two members with the same name.
 *
 * @returns undefined for text that is not JSON
 */
export function prettyJson(text: string): string | undefined {
  if (!isJson(text)) return undefined;
  let depth = 0;
  const line = (change = 0) => `\n${'  '.repeat(Math.min((depth += change), DEEPEST))}`;
  const written = (token: string) => {
    if (token === '{' || token === '[') return `${token}${line(+1)}`;
    if (token === '}' || token === ']') return `${line(-1)}${token}`;
    if (token === ',') return `,${line()}`;
    if (token === ':') return ': ';
    return EMPTY.test(token) ? `${token[0]}${token.at(-1)}` : token;
  };
  return (text.match(TOKEN) ?? []).map(written).join('');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
