import { isNode, isScalar, LineCounter, parseDocument, visit, YAMLMap, type Document } from 'yaml';

export type Place = readonly PropertyKey[];

/** A fault of the file: its line, and the expected value. */
export interface Fault {
  readonly line: number;
  readonly text: string;
}

/** A YAML document that knows the line of each value. */
export class RoutesDocument {
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
  }

  /** Returns the syntax errors of the YAML text, duplicate keys included. */
  syntaxFaults(): Fault[] {
    return this.#document.errors.map((error) => ({
      line: this.#lines.linePos(error.pos[0]).line,
      text: error.message.split('\n', 1)[0] ?? error.code,
    }));
  }

  /** Replaces every ${NAME} in parsed string values, never in the YAML text, so a variable cannot add keys. */
  substitute(environment: NodeJS.ProcessEnv): Fault[] {
    const faults: Fault[] = [];
    visit(this.#document, {
      Scalar: (_key, node) => {
        if (typeof node.value !== 'string') return;
        node.value = node.value.replace(/\$\{([^}]*)\}/g, (whole, variable: string) => {
          const value = environment[variable];
          if (value !== undefined && value !== '') return value;
          const line = this.#lines.linePos(node.range?.[0] ?? 0).line;
          faults.push({ line, text: `${whole}: expected the environment variable ${variable} to be set` });
          return whole;
        });
      },
    });
    return faults;
  }

  toJS(): unknown {
    return this.#document.toJS();
  }

  /** Returns the line of the key or value at a place or, if neither exists, of the nearest enclosing node. */
  lineOf(place: Place): number {
    for (let depth = place.length; depth >= 0; depth -= 1) {
      const offset = this.#offsetOf(place.slice(0, depth));
      if (offset !== undefined) return this.#lines.linePos(offset).line;
    }
    return 1;
  }

  #offsetOf(place: Place): number | undefined {
    const parent = place.length === 0 ? undefined : this.#document.getIn(place.slice(0, -1), true);
    if (parent instanceof YAMLMap) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === place.at(-1));
      if (pair && isNode(pair.key)) return pair.key.range?.[0];
    }
    const node = place.length === 0 ? this.#document.contents : this.#document.getIn(place, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }
}
