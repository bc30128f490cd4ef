import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Benchmark } from './benchmark.ts';

export interface FoundBenchmark {
  /** The argument of `npm run bench -- NAME`: the file's name. */
  readonly name: string;
  /** The argument of `npm run bench -- GROUP`: the name of the folder between `bench/` and the file, if there is one. */
  readonly group: string | undefined;
  load(): Promise<Benchmark>;
}

/**
 * Returns every `bench/NAME.bench.ts` and `bench/GROUP/NAME.bench.ts` of an app or a library. A benchmark is stored beside
 * the code that it measures, because nothing may import an app. Its file name makes it a benchmark, and its shape tells its
 * kind. It is loaded only when it runs, so that a broken benchmark does not prevent the others from running.
 */
export function findBenchmarks(root: string): FoundBenchmark[] {
  return globSync('{apps,libs}/*/bench/{*,*/*}.bench.ts', { cwd: root })
    .sort()
    .map((file) => {
      const folder = basename(dirname(file));
      return {
        name: basename(file, '.bench.ts'),
        group: folder === 'bench' ? undefined : folder,
        load: () => load(root, file),
      };
    });
}

async function load(root: string, file: string): Promise<Benchmark> {
  // Services use decorators, which Node itself does not support.
  await import(pathToFileURL(join(root, 'tools', 'typescript-hooks.mjs')).href);
  const { default: benchmark } = (await import(pathToFileURL(join(root, file)).href)) as {
    default?: Benchmark;
  };
  if (benchmark === undefined || !('prepare' in benchmark || 'measure' in benchmark)) {
    throw new TypeError(`${file} does not export a benchmark by default`);
  }
  return benchmark;
}
