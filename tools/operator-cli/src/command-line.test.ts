import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { StandIn } from './testing/stand-in.ts';
import { startTool } from './testing/start-tool.ts';

const SAMPLE = join(import.meta.dirname, '../test/sample-cli.ts');
const run = (...args: string[]) => startTool(SAMPLE, args).ended;

describe('a command line', () => {
  let gateway: StandIn;
  let url: string;

  beforeEach(async () => {
    gateway = new StandIn();
    url = await gateway.listen();
  });

  afterEach(() => gateway.close());

  it('prints help for itself, its exit statuses and each command', async () => {
    const { status, stdout } = await run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('npm run sample -- COMMAND [OPTIONS]: a command line for tests.');
    expect(stdout).toContain('  read PATH  reads a path\n');
    expect(stdout).toContain('2 wrong usage, 3 refused, 4 half done, 5 the platform cannot be reached.');
    expect((await run('read', '-h')).stdout).toContain(
      '  --from PLACE        where to start\n  -h, --help          show this help\n',
    );
  });

  it('reports wrong usage even when no platform runs, and sends no request', async () => {
    for (const [args, message] of [
      [['swap'], 'npm run sample -- COMMAND'],
      [['read'], 'npm run sample -- read PATH'],
      [['read', 'a', 'b'], 'npm run sample -- read PATH'],
      [['read', 'a', '--fast'], "Unknown option '--fast'"],
      [['read', 'a', '--from', 'nowhere'], '--from nowhere: expected a place'],
      [['read', 'a', '--base-url', 'here'], '--base-url here: expected a URL'],
      [['read', 'a', '--base-url', 'localhost:8080'], '--base-url localhost:8080: expected a URL'],
    ] as const) {
      expect(await run(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    }
    expect(await run('read', 'a')).toMatchObject({
      status: 5,
      stderr: expect.stringContaining(
        'npm start or npm run up starts it; with docker compose, add --base-url',
      ),
    });
  });

  it('reports an unknown command and a truncated answer as JSON', async () => {
    for (const args of [
      ['swap', '--json'],
      ['--json', 'read', 'a'],
    ]) {
      const { status, stderr } = await run(...args);
      expect([status, JSON.parse(stderr)]).toMatchObject([2, { code: 'usage' }]);
    }
    gateway.answer('GET a', [200, { text: 'x'.repeat(100_000) }, 'cut off']);
    const { status, stdout, stderr } = await run('read', 'a', '--json', '--base-url', url);
    expect([status, stdout, JSON.parse(stderr)]).toMatchObject([5, '', { code: 'unexpected-answer' }]);
  });

  it('ends only after it has written its whole output, also into a pipe', async () => {
    const found = { text: 'x'.repeat(2_000_000) };
    gateway.answer('GET a', [200, found]);
    const { status, stdout } = await run('read', 'a', '--json', '--base-url', url);
    expect([status, JSON.parse(stdout)]).toEqual([0, found]);
  });

  it('ends with status 0 when the reader closes the pipe early', async () => {
    gateway.answer('GET a', [200, { text: 'x'.repeat(2_000_000) }]);
    const tool = startTool(SAMPLE, ['read', 'a', '--json', '--base-url', url]);
    tool.process.stdout?.once('data', () => tool.process.stdout?.destroy());
    expect(await tool.ended).toMatchObject({ status: 0, stderr: '' });
  });

  it('ends with a separate status for each kind of failure, reported in words or as JSON', async () => {
    gateway
      .answer('GET a', [200, { name: 'a' }])
      .answer('GET refused', [422, { code: 'no', detail: 'No.', errors: [{ pointer: '/a', detail: 'b' }] }])
      .answer('GET away', [503, { code: 'unavailable', title: 'Away' }]);
    const at = (...args: string[]) => run(...args, '--base-url', url);
    expect(await at('read', 'a')).toEqual({ status: 0, stdout: 'Found {"name":"a"}\n', stderr: '50 %\n' });
    expect(await at('read', 'refused')).toMatchObject({ status: 3, stderr: '50 %\nNo. /a: b\n' });
    expect(await at('read', 'away')).toMatchObject({ status: 5, stderr: '50 %\nAway\n' });
    expect(await at('break')).toMatchObject({ status: 1, stderr: expect.stringContaining('sample-cli.ts') });
    const { stdout, stderr } = await at('read', 'away', '--json');
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({ code: 'unavailable', message: 'Away' });
    expect(gateway.asked[0]).toEqual({ request: 'GET a', key: 'the-key', body: undefined });
  });
});
