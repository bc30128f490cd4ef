import { relative } from 'node:path';

/** Every test takes less than half of this time, so after this silence no further test will end. */
const SILENCE_MS = 600_000;
/** A handle that is still open this long after the last test will not be closed. */
const GRACE_MS = 10_000;

/**
 * Ends a Jest run that does not end by itself. Prints the files to look at and the handles that keep the process alive. Jest
 * itself only prints that it "did not exit", and waits.
 */
export default class EndingReporter {
  #rootDir;
  #options;
  #timer;
  #running = new Set();
  #ended = [];
  #failed = [];

  constructor({ rootDir, watch, watchAll }, options) {
    this.#rootDir = rootDir;
    this.#options = { isOff: watch || watchAll, silenceMs: SILENCE_MS, graceMs: GRACE_MS, ...options };
  }

  onTestFileStart({ path }) {
    this.#running.add(relative(this.#rootDir, path));
    this.#wait();
  }

  onTestCaseResult() {
    this.#wait();
  }

  onTestFileResult({ path }, { numFailingTests, testExecError }) {
    const file = relative(this.#rootDir, path);
    this.#running.delete(file);
    (numFailingTests > 0 || testExecError ? this.#failed : this.#ended).push(file);
    this.#wait();
  }

  onRunComplete() {
    const files = this.#failed.length > 0 ? this.#failed : this.#ended;
    this.#endAfter(
      this.#options.graceMs,
      'All tests have ended, but something that they opened has not',
      files,
    );
  }

  #wait() {
    this.#endAfter(this.#options.silenceMs, 'No test has ended for too long', this.#running);
  }

  /** The timer is unreferenced, so the timer itself does not keep the process alive. */
  #endAfter(ms, what, files) {
    if (this.#options.isOff) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => end(`${what} (${ms / 1_000} s)`, [...files]), ms).unref();
  }
}

function end(what, files) {
  const open = openHandles();
  process.stderr.write(`\n${what}.\nLook at: ${files.join(', ')}\nStill open:\n  ${open.join('\n  ')}\n`);
  for (const handle of process._getActiveHandles()) {
    // Jest's workers, and other processes that the tests started.
    if (typeof handle.kill === 'function') handle.kill('SIGKILL');
  }
  process.exit(1);
}

function openHandles() {
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const handles = process._getActiveHandles().filter((handle) => !(handle.fd <= 2));
  return [...handles.map(describe), ...(timers > 0 ? [`${timers} timer(s)`] : [])];
}

function describe(handle) {
  if (handle.spawnargs) return `process ${handle.pid}: ${handle.spawnargs.join(' ')}`;
  if (handle.remotePort) return `connection to ${handle.remoteAddress}:${handle.remotePort}`;
  if (handle.listening) return `server at ${JSON.stringify(handle.address())}`;
  return handle.constructor.name;
}
