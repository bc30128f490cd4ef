const TOKEN = /"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/g;
const EMPTY = /^[{[]\s*[}\]]$/;
/** Deeper ones stand below each other: a payload of nothing but brackets would otherwise be indented to gigabytes. */
const DEEPEST = 20;

/**
 * JSON with a line for each member. Only spaces change: parsed and written again, numbers beyond 2^53 would be others, and
 * of two members of one name the first would be gone.
 *
 * @returns undefined for what is no JSON
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
