import { relative } from 'node:path';
import process from 'node:process';

/** Prints each survivor at once: a run takes long, and a test can be written in the meantime. */
class SurvivorsAsFound {
  onMutantTested({ status, fileName, location: { start }, replacement }) {
    if (status !== 'Survived' && status !== 'NoCoverage') return;
    const place = `${relative(process.cwd(), fileName)}:${start.line}:${start.column}`;
    process.stdout.write(
      `${status === 'Survived' ? 'survived' : 'not reached'}  ${place}  → ${replacement}\n`,
    );
  }
}

/** A plugin of Stryker. */
export const strykerPlugins = [
  { kind: 'Reporter', name: 'survivors-as-found', injectableClass: SurvivorsAsFound },
];
