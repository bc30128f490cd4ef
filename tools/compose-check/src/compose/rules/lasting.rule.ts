import { type Finding } from '../../finding.ts';
import { asMapping, type ComposeFile, isJob, type Mapping } from '../compose-file.ts';

/** Checks that each service has limits for memory and logs, a restart policy and a health check. */
export function lasting(file: ComposeFile): Finding[] {
  return Object.entries(file.services).flatMap(([name, service]) => [
    ...need(`${name}.mem_limit`, service['mem_limit'] !== undefined, 'a memory limit'),
    ...cappedLogs(name, service),
    ...(isJob(file, name) ? lastingJob(name, service) : lastingService(name, service)),
  ]);
}

function cappedLogs(name: string, service: Mapping): Finding[] {
  const options = asMapping(asMapping(service['logging'])['options']);
  const capped = options['max-size'] !== undefined && options['max-file'] !== undefined;
  return need(`${name}.logging`, capped, 'max-size and max-file; otherwise the logs fill the disk');
}

function lastingService(name: string, service: Mapping): Finding[] {
  const { test, interval, timeout, retries } = asMapping(service['healthcheck']);
  return [
    ...need(`${name}.restart`, service['restart'] === 'unless-stopped', 'unless-stopped'),
    ...need(
      `${name}.healthcheck`,
      Array.isArray(test) && [interval, timeout, retries].every((part) => part !== undefined),
      'test (a list), interval, timeout and retries',
    ),
  ];
}

function lastingJob(name: string, service: Mapping): Finding[] {
  return [
    ...need(
      `${name}.restart`,
      service['restart'] === 'on-failure',
      'on-failure: a job ends when it has succeeded',
    ),
    ...need(
      `${name}.healthcheck`,
      service['healthcheck'] === undefined,
      'none: other services wait for the completion of a job',
    ),
  ];
}

function need(where: string, holds: boolean, expected: string): Finding[] {
  return holds ? [] : [{ where, expected }];
}
