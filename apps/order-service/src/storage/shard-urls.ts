import { postgresUrl } from '@groundwork/service-kit';
import { z } from 'zod';

const EXPECTED =
  'expected the Postgres URL of each shard, e.g. shard-1=postgres://user:password@host:5432/orders,shard-2=…';

/** `shard-1=postgres://…,shard-2=postgres://…` → the URL of each shard by its name. */
export const shardUrls = z
  .string({ error: EXPECTED })
  .describe(EXPECTED)
  .transform((text, context) => {
    const urls = new Map<string, string>();
    for (const part of text.split(',')) {
      const [, name, url] = /^([a-z0-9][a-z0-9-]{0,62})=(.+)$/.exec(part.trim()) ?? [];
      if (name === undefined || !postgresUrl.safeParse(url).success || urls.has(name)) {
        context.issues.push({ code: 'custom', input: text, message: EXPECTED });
        return z.NEVER;
      }
      urls.set(name, url as string);
    }
    return urls as ReadonlyMap<string, string>;
  });
