import { type Kind, type Part } from './read-parts.ts';

const SHAPES: Readonly<Record<Kind, string>> = {
  service: 'shape=box style=rounded',
  database: 'shape=cylinder',
  cache: 'shape=cylinder',
  broker: 'shape=box width=2.4',
};

/**
 * Writes the parts as a graph in Graphviz's language. Colours are classes, for the theme of the picture.
 *
 * @param captions the texts of connections, by `from → to`
 * @throws Error if a caption names a connection that does not exist
 */
export function toDot(parts: readonly Part[], captions: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(captions));
  const connection = (from: string, to: string): string => {
    const key = `${from} → ${to}`;
    unused.delete(key);
    return `  ${quote(from)} -> ${quote(to)} [label=${quote(`   ${captions[key] ?? ''}`)}]`;
  };
  const lines = [
    'digraph {',
    '  graph [rankdir=TB nodesep=0.55 ranksep=0.85 bgcolor=transparent pad=0]',
    '  node [fontname=Helvetica fontsize=12 margin="0.2,0.12"]',
    '  edge [fontname=Helvetica fontsize=11 arrowsize=0.7]',
    '  client [shape=plaintext class=client]',
    ...parts.map(
      (part) =>
        `  ${quote(part.name)} [label=${quote(labelOf(part))} ${SHAPES[part.kind]} class=${part.kind}]`,
    ),
    ...parts.filter(({ isPublic }) => isPublic).map(({ name }) => connection('client', name)),
    ...parts.flatMap(({ name, connectsTo }) => connectsTo.map((other) => connection(name, other))),
    '}',
  ];
  if (unused.size > 0)
    throw new Error(`there is no connection ${[...unused].join(', ')}: remove its caption`);
  return `${lines.join('\n')}\n`;
}

function labelOf({ name, services, onRequest, replicas }: Part): string {
  if (services.length === 1) return replicas > 1 ? `${name} ×${replicas}` : name;
  const numbers = (of: readonly string[]) => of.map((service) => service.slice(name.length)).join(', ');
  const always = services.filter((service) => !onRequest.includes(service));
  const later = onRequest.length > 0 ? `; on request ${numbers(onRequest)}` : '';
  return `${name}\\n${numbers(always)}${later}`;
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}
