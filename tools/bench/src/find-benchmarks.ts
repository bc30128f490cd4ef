import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Benchmark } from './benchmark.ts';

export interface FoundBenchmark {
  /** What `npm run bench -- NAME` takes: the file's name. */
  readonly name: string;
  /** What `npm run bench -- GROUP` takes: the name of the folder between `bench/` and the file, if there is one. */
  readonly group: string | undefined;
  load(): Promise<Benchmark>;
}

/**
 * Every `bench/NAME.bench.ts` and `bench/GROUP/NAME.bench.ts` of an app or a library. A benchmark stands beside what it
 * measures, because nothing may import an app; it is found by its file name and known by its shape. It is loaded only when
 * it is run, so that one that is broken keeps no other from running.
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
  // Services have decorators, which Node cannot run by itself.
  await import(pathToFileURL(join(root, 'tools', 'typescript-hooks.mjs')).href);
  const { default: benchmark } = (await import(pathToFileURL(join(root, file)).href)) as {
    default?: Benchmark;
  };
  if (benchmark === undefined || !('prepare' in benchmark || 'measure' in benchmark)) {
    throw new TypeError(`${file} does not export a benchmark by default`);
  }
  return benchmark;
}
