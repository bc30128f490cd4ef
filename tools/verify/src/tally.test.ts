import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tallyOfCommand, tallyOfReports } from './tally.ts';

describe('the tally', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'groundwork-tally-'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const report = (project: string, passed: number, failed: number, broken = 0) => {
    mkdirSync(join(root, project), { recursive: true });
    writeFileSync(
      join(root, project, 'report.json'),
      JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numRuntimeErrorTestSuites: broken }),
    );
  };

  it('adds up the reports of all projects', () => {
    report('one', 3, 0);
    report('two', 4, 2);
    expect(tallyOfReports(root, '*/report.json', 1)).toEqual({ passed: 7, failed: 2 });
  });

  it('counts a suite that could not run as one failure', () => {
    report('one', 3, 0, 1);
    expect(tallyOfReports(root, '*/report.json', 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a failed command as a failure even if no report shows one', () => {
    report('one', 3, 0);
    expect(tallyOfReports(root, '*/report.json', 1)).toEqual({ passed: 3, failed: 1 });
    expect(tallyOfCommand(1)).toEqual({ passed: 0, failed: 1 });
  });
});
