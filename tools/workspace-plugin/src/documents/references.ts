/** The references of a page: the targets of its links, and the files that it names in code spans. */
export interface References {
  readonly links: readonly string[];
  readonly files: readonly string[];
}

/** Matches the fenced examples of a page, which may contain any text. */
export const FENCED = /^(```|~~~)[^]*?^\1/gm;
const LINK = /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g;
const CODE_SPAN = /`([^`\n]+)`/g;
const ELSEWHERE = /^[a-z][a-z+.-]*:/i;
/**
 * A path relative to the root or to the page, or the bare name of a source file; a word such as `host:port` is not a file.
 */
const FILE =
  /^(?:(?:apps|libs|tools|infra|docs|\.ci|src|conformance)\/[\w./*-]+|[\w./-]+\.(?:ts|mjs|md|ya?ml|Dockerfile))$/;

export function referencesOf(markdown: string): References {
  const prose = markdown.replaceAll(FENCED, '');
  const links = [...prose.replaceAll(CODE_SPAN, '').matchAll(LINK)].map(([, target = '']) => target);
  const spans = [...prose.matchAll(CODE_SPAN)].map(([, span = '']) => span);
  return {
    links: [...new Set(links.filter((target) => !ELSEWHERE.test(target)))],
    files: [...new Set(spans.filter((span) => FILE.test(span)))],
  };
}

/** Returns the anchors of a page's headings, as GitHub derives them. */
export function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.replaceAll(FENCED, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)];
  return new Set(
    headings.map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  );
}
