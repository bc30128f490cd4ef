import { join } from 'node:path';

const PLUGINS = [
  '@stryker-mutator/jest-runner',
  './tools/mutants/stryker/messages-for-people.mjs',
  './tools/mutants/stryker/survivors-as-found.mjs',
];

export interface StrykerTask {
  /** The name of a library. */
  readonly library: string;
  /** The files to mutate, by their paths in the workspace. */
  readonly files: readonly string[];
  readonly concurrency: number;
}

/** Returns the options with which Stryker mutates a copy of a library below `folder` and writes its report there. */
export function strykerOptions({ library: name, files, concurrency }: StrykerTask, folder: string): object {
  const library = `libs/${name}`;
  return {
    mutate: files,
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
    // Jest keeps the modules of earlier runs: after a hundred runs a runner holds gigabytes, and takes seconds for each.
    maxTestRunnerReuse: 15,
    dryRunTimeoutMinutes: 30,
    allowConsoleColors: false,
  };
}

export function reportIn(folder: string): string {
  return join(folder, 'report.json');
}
