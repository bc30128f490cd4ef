import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { servicesOf } from '../../test/services-of.ts';
import { nodeRunner } from './node.runner.ts';

const PROGRAM = join(import.meta.dirname, '../../test/half-full-heap.ts');

/** @returns the output of the program, run with the memory of a service of ours */
async function run(environment: Record<string, string>): Promise<string> {
  const service = servicesOf('services: { app: { image: groundwork/app, mem_limit: 256m } }').get('app');
  const { file, args } = await nodeRunner.prepare({
    service: service!,
    name: 'app',
    replica: 1,
    command: ['node', PROGRAM],
    environment,
    folder: '/tmp',
    workspace: '/tmp',
    port: () => Promise.reject(new Error('it listens on none')),
    volume: (path) => path,
  });
  const env = { PATH: process.env['PATH'], ...environment };
  return (await promisify(execFile)(file, [...args], { env })).stdout;
}

describe('services on Node', () => {
  it('do not spend all of their time on garbage collection when their heap is half full', async () => {
    // 300 small steps. Without a limit for the young generation, about sixty full collections happened during these steps.
    expect(Number(await run({ THOUSANDS: '700' }))).toBeLessThan(10);
  });

  it('end with an error when their data exceeds their memory', async () => {
    await expect(run({ THOUSANDS: '3000' })).rejects.toThrow('heap out of memory');
  });
});
