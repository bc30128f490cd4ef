/**
 * Puts `content` between `<!-- bench:MARKER -->` and `<!-- /bench:MARKER -->`; the rest of the page stays as it is.
 *
 * @throws {RangeError} when the page does not have each of the two exactly once, in this order
 */
export function replacePassage(page: string, marker: string, content: string): string {
  const [before, opened, ...moreOpened] = page.split(`<!-- bench:${marker} -->`);
  const [, after, ...moreClosed] = opened?.split(`<!-- /bench:${marker} -->`) ?? [];
  if (after === undefined || moreOpened.length > 0 || moreClosed.length > 0) {
    throw new RangeError(
      `expected one passage between <!-- bench:${marker} --> and <!-- /bench:${marker} -->`,
    );
  }
  return `${before}<!-- bench:${marker} -->\n\n${content}\n\n<!-- /bench:${marker} -->${after}`;
}
