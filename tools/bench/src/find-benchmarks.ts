import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Benchmark } from './benchmark.ts';

/**
 * Every `bench/*.bench.ts` of an app or a library, by name. A benchmark stands beside what it measures, because nothing may
 * import an app; it is found by its file name and known by its shape.
 */
export async function findBenchmarks(root: string): Promise<Benchmark[]> {
  // Services have decorators, which Node cannot run by itself.
  await import(pathToFileURL(join(root, 'tools', 'typescript-hooks.mjs')).href);
  const files = globSync('{apps,libs}/*/bench/*.bench.ts', { cwd: root }).sort();
  return Promise.all(
    files.map(async (file) => {
      const { default: benchmark } = (await import(pathToFileURL(join(root, file)).href)) as {
        default?: Partial<Benchmark>;
      };
      if (benchmark?.name === undefined || benchmark.prepare === undefined) {
        throw new TypeError(`${file} does not export a benchmark by default`);
      }
      return benchmark as Benchmark;
    }),
  );
}
