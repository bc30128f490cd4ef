import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, rmSync } from 'node:fs';
import { testPlatform, type TestPlatform } from '../../test/platform.ts';
import {
  isReachableByOthers,
  makePassableFolder,
  openToOthers,
} from '../servers/process/unprivileged-user.ts';
import { stateFolder } from '../state/state-folder.ts';

describe('a umask that denies other users all access', () => {
  let platform: TestPlatform;
  let umask: number;

  beforeEach(() => {
    platform = testPlatform(`
database: { image: postgres, environment: { POSTGRES_PASSWORD: mine }, healthcheck: { test: [CMD, pg_isready] } }`);
    umask = process.umask(0o077);
  });

  afterEach(async () => {
    process.umask(umask);
    await platform.remove();
  });

  it('does not prevent Postgres from accessing its data as another user', async () => {
    const topology = await platform.start();
    expect(topology.replicas('database')[0]?.health).toBe('healthy');
  });

  it('does not move the state to another folder', () => {
    expect(stateFolder(platform.stateDir, 'mine', {})).toMatchObject({
      path: expect.stringContaining(platform.stateDir),
      note: undefined,
    });
  });

  it('does not close a folder of ours that an earlier run has left closed', () => {
    const ours = `${platform.stateDir}/ours`;
    mkdirSync(ours);
    makePassableFolder(`${ours}/here/mine`, ours);
    expect(isReachableByOthers(`${ours}/here/mine/volumes`)).toBe(true);
    rmSync(ours, { recursive: true });
  });

  it('does not close a copy made for other users', () => {
    const copy = `${platform.stateDir}/copy`;
    mkdirSync(`${copy}/bin`, { recursive: true });
    openToOthers(copy);
    expect(isReachableByOthers(`${copy}/bin/postgres`)).toBe(true);
    rmSync(copy, { recursive: true });
  });
});
