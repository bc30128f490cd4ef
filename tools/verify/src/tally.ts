import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many checks held and how many did not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

/** A step that is one check: it held when its command ended with status 0. */
export function tallyOfCommand(exitCode: number): Tally {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * The tests that the reports below `root` count; a suite that could not run at all is one failure. A command that failed
 * though no report shows a failure (a project that left no report) is one as well: nothing red is ever counted as green.
 */
export function tallyOfReports(root: string, pattern: string, exitCode: number): Tally {
  const tally = globSync(pattern, { cwd: root })
    .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as TestReport)
    .map((report) => ({
      passed: report.numPassedTests,
      failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    }))
    .reduce(add, { passed: 0, failed: 0 });
  return exitCode !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}
