import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const RECORD = join(import.meta.dirname, 'tests-by-file.jsonl');

/** The first run is without a mutant; Stryker names the mutant of every other run. */
const isFirstRun = () => process.env.__STRYKER_ACTIVE_MUTANT__ === undefined;

/** Remembers in which file a test is. Stryker's copy of the workspace keeps the record. */
export function record(file, test) {
  if (isFirstRun()) appendFileSync(RECORD, `${JSON.stringify([file, test])}\n`);
}

/** @returns {Map<string, string[]>} the names of the tests of each file that the first run has executed */
export function recordedTests() {
  if (isFirstRun()) return new Map();
  const lines = readFileSync(RECORD, 'utf8').trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line));
  const grouped = Map.groupBy(entries, ([file]) => file);
  return new Map([...grouped].map(([file, tests]) => [file, tests.map(([, test]) => test)]));
}
