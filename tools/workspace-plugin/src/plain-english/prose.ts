import ts from 'typescript';

/** A piece of text that people read. */
export interface Prose {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const URL_OR_ADDRESS = /\b[a-z+]+:\/\/\S+|\S+@\S+/gi;

/** Returns the comments of a source file, and its strings that consist of several words. */
export function proseOfSource(source: string): Prose[] {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest);
  const found: Prose[] = [];
  const add = (position: number, text: string): void => {
    const line = file.getLineAndCharacterOfPosition(position).line + 1;
    for (const [offset, part] of text.split('\n').entries()) found.push({ line: line + offset, text: part });
  };
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file).filter(({ kind }) => !isJsDoc(kind));
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    const start = node.getStart(file);
    const trivia = source.slice(node.pos, start);
    if (/\S/.test(trivia)) add(node.pos, trivia);
    const text = source.slice(start, node.end);
    if (isText(node.kind) && hasWords(text)) add(start, text.replaceAll(URL_OR_ADDRESS, ''));
  };
  visit(file);
  return found;
}

/** Returns the lines of a page or a configuration file. */
export function proseOfPage(page: string): Prose[] {
  return page
    .split('\n')
    .map((text, index) => ({ line: index + 1, text: text.replaceAll(URL_OR_ADDRESS, '') }));
}

function isJsDoc(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstJSDocNode && kind <= ts.SyntaxKind.LastJSDocNode;
}

function isText(kind: ts.SyntaxKind): boolean {
  const { StringLiteral, NoSubstitutionTemplateLiteral, TemplateHead, TemplateMiddle, TemplateTail } =
    ts.SyntaxKind;
  return [StringLiteral, NoSubstitutionTemplateLiteral, TemplateHead, TemplateMiddle, TemplateTail].includes(
    kind,
  );
}

/** A string of one word is a name, not prose. */
function hasWords(text: string): boolean {
  return /\w \w/.test(text);
}
