import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The numbers of passed and failed checks. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}

/** Counts a step that is one check: it passed if its command ended with status 0. */
export function tallyOfCommand(exitCode: number): Tally {
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/**
 * Counts the tests in the reports below `root`. A suite that could not run at all counts as one failure. So does a command
 * that failed although no report shows a failure, such as a project without a report.
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
