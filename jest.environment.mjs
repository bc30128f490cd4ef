import { relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** Functions that end the programs which the running file started; `libs/testing` fills the set. */
const LEFTOVERS = Symbol.for('groundwork.leftovers');

/** Rejections that no test waited for, and for which no file has failed yet. */
const unclaimed = [];
let lastFile = 'before the first file';

// Jest's own listener replaces this one while tests run. Without this listener, a rejection between two files ends the
// process, and Jest blames the file that runs next.
process.on('unhandledRejection', (reason) => unclaimed.push({ file: lastFile, reason }));
process.on('exit', () => {
  if (unclaimed.length === 0) return;
  process.stderr.write(`${describe(unclaimed)}\n`);
  process.exitCode = 1;
});

/**
 * Node's environment, extended: it ends the programs that a file leaves running, and fails a file for an error that no test
 * waited for.
 */
export default class LeaveNothingEnvironment extends TestEnvironment {
  #file;

  constructor(config, context) {
    super(config, context);
    this.#file = relative(config.globalConfig.rootDir, context.testPath);
    this.global[LEFTOVERS] = new Set();
  }

  async setup() {
    await super.setup();
    lastFile = this.#file;
  }

  async teardown() {
    for (const end of this.global[LEFTOVERS]) end();
    // Node reports a rejection at the end of the turn in which the rejection happens.
    await turn();
    await super.teardown();
    if (unclaimed.length > 0) throw new Error(describe(unclaimed.splice(0)));
  }
}

function describe(rejections) {
  const list = rejections.map(({ file, reason }) => `${file}:\n${reason?.stack ?? String(reason)}`);
  return ['A promise was rejected that no test waited for, in or after', ...list].join('\n');
}
