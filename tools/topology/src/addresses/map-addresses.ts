import { type Service } from '../compose/service.ts';
import { type AddressBook } from './address-book.ts';

/** The replica whose value is rewritten: `0.0.0.0:PORT` in the value is the replica's own port. */
export interface Owner {
  readonly service: string;
  readonly replica: number;
}

/**
 * Rewrites the addresses in an environment value or an argument, as Docker's names and networks would resolve them:
 * - the own address `0.0.0.0:3000` becomes `127.0.0.1:41234`;
 * - `kafka:9092` becomes `127.0.0.1:41235` at any position (`1@kafka:9093`, `PLAINTEXT://kafka:9092`);
 * - an address of a service with replicas becomes one address for each replica, comma-separated; in a URL the whole URL is
 *   repeated (`http://order-service:3000/x` → `http://127.0.0.1:1/x,http://127.0.0.1:2/x`).
 */
export class AddressMapper {
  readonly #book: AddressBook;
  readonly #address: RegExp;

  constructor(services: ReadonlyMap<string, Service>, book: AddressBook) {
    this.#book = book;
    // Longest names first, so that `kafka-ui:80` is not matched as `kafka`.
    const names = [...services.keys()]
      .sort((a, b) => b.length - a.length)
      .map((name) => name.replaceAll('.', String.raw`\.`));
    const before = String.raw`(?<prefix>[a-z][a-z0-9+.-]*:\/\/(?:[^\s,@/]*@)?|(?<![\w.-]))`;
    this.#address = new RegExp(
      String.raw`${before}(?<name>${names.join('|')}):(?<port>\d+)(?<path>\/[^\s,]*)?(?!\w)`,
      'gi',
    );
  }

  async map(value: string, owner: Owner): Promise<string> {
    const own = await replaceEach(value, /(?<![\d.])0\.0\.0\.0:(?<port>\d+)/g, async ({ port }) => {
      return `127.0.0.1:${await this.#book.port(owner.service, owner.replica, Number(port))}`;
    });
    return replaceEach(own, this.#address, async ({ prefix = '', name = '', port, path = '' }) => {
      const ports = await this.#book.ports(name, Number(port));
      return ports.map((mapped) => `${prefix}127.0.0.1:${mapped}${path}`).join(',');
    });
  }
}

async function replaceEach(
  text: string,
  pattern: RegExp,
  replacement: (groups: Record<string, string | undefined>) => Promise<string>,
): Promise<string> {
  let result = '';
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    result += text.slice(at, match.index) + (await replacement(match.groups ?? {}));
    at = match.index + match[0].length;
  }
  return result + text.slice(at);
}
