import { join } from 'node:path';
import { type Library } from './libraries.ts';

const PLUGINS = [
  '@stryker-mutator/jest-runner',
  './tools/mutants/stryker/messages-for-people.mjs',
  './tools/mutants/stryker/survivors-as-found.mjs',
];

/** Returns the options with which Stryker mutates a copy of a library below `folder` and writes its report there. */
export function strykerOptions({ name, mutated }: Library, folder: string, concurrency: number): object {
  const library = `libs/${name}`;
  return {
    mutate: [...mutated.map((glob) => below(library, glob)), `!${library}/**/*.test.ts`],
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
    jest: { configFile: 'tools/mutants/stryker/jest.config.mjs', config: { rootDir: library } },
    // Each mutant runs only against the tests that reach it.
    coverageAnalysis: 'perTest',
    plugins: PLUGINS,
    ignorers: ['messages-for-people'],
    tempDirName: join(folder, 'sandbox'),
    ignorePatterns: [
      '/apps',
      '/docs',
      '/infra/*',
      // The tests of `sharding` read the VSchema of the platform.
      '!/infra/postgres',
      '/tools/*',
      '!/tools/mutants',
      '/libs/*',
      `!/${library}`,
      'dist',
    ],
    reporters: ['json', 'progress-append-only', 'survivors-as-found'],
    jsonReporter: { fileName: reportIn(folder) },
    thresholds: { break: null },
    allowEmpty: false,
    concurrency,
    timeoutMS: 5_000,
    dryRunTimeoutMinutes: 30,
    allowConsoleColors: false,
  };
}

export function reportIn(folder: string): string {
  return join(folder, 'report.json');
}

function below(library: string, glob: string): string {
  return glob.startsWith('!') ? `!${library}/${glob.slice(1)}` : `${library}/${glob}`;
}
