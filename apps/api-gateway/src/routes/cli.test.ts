import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '@groundwork/testing';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const SHIPPED = 'apps/api-gateway/config/routes.yaml';

describe('npm run routes', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeAll(() => {
    folder = temporaryFolder('routes-cli');
  });
  afterAll(() => folder.remove());

  const run = (...args: string[]) => {
    const cli = join(ROOT, 'apps/api-gateway/src/routes/cli.ts');
    const env = { PATH: process.env['PATH'], ORDER_SERVICE_URL: 'http://127.0.0.1:3000' };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@groundwork/source', cli, ...args],
      { cwd: ROOT, env, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };
  /** Writes the shipped file with a change. */
  const changed = (from: string, to: string) => {
    const text = readFileSync(join(ROOT, SHIPPED), 'utf8');
    expect(text).toContain(from);
    const file = join(folder.path, 'routes.yaml');
    writeFileSync(file, text.replace(from, to));
    return file;
  };

  it('checks the shipped file, without its variables', () => {
    expect(run('check')).toEqual({
      status: 0,
      stdout:
        `${SHIPPED} is valid: 49 routes, 3 upstreams. ` +
        'Variables that are not set here: CACHE_SERVICE_URL, EVENT_PROCESSOR_URL.\n',
      stderr: '',
    });
  });

  it('names line and field of each fault, and exits with 78', () => {
    const file = changed('limit: lists', 'limit: list');
    const { status, stderr } = run('check', file);
    expect(status).toBe(78);
    expect(stderr).toContain(`${file}:37 routes[3].limit: unknown limit "list"`);
    expect(stderr).toContain(`${file}:10 limits.lists: expected a route that uses it`);
  });

  it('says what a change would do, and exits with 1', () => {
    const file = changed(
      '    timeoutMs: 60000\n',
      '    timeoutMs: 30000\n  - { requests: GET /v2/**, upstream: { cache-service: 9, order-service: 1 } }\n',
    );
    expect(run('diff', SHIPPED, file)).toEqual({
      status: 1,
      stdout: '~ route POST /v1/admin/shards: timeoutMs 60000 → 30000\n+ route GET /v2/**\n',
      stderr: '',
    });
    expect(run('diff', SHIPPED, SHIPPED)).toMatchObject({ status: 0, stdout: 'Both files say the same.\n' });
    expect(run('diff', file, SHIPPED).stdout).toContain('- route GET /v2/**');
  });

  it('refuses other commands, and files that it cannot read', () => {
    expect(run('chek')).toMatchObject({ status: 2, stderr: expect.stringContaining('--help, got: chek') });
    expect(run('--chek')).toMatchObject({ status: 2 });
    expect(run('check', '/nowhere')).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('expected a readable YAML file (ENOENT'),
    });
    expect(run('--help').stdout).toContain('check [FILE]');
  });
});
