import { invalid, parseDuration, parseInteger } from './scalars.ts';
import { type HealthCheck } from './service.ts';

/** Reads a health check, with Compose's defaults (interval 30 s, timeout 30 s, 3 retries). */
export function readHealthCheck(value: unknown, where: string): HealthCheck | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) throw invalid(where, value, 'a map');
  const check = value as Record<string, unknown>;
  if (check['disable'] === true) return undefined;
  const command = readTest(check['test'], `${where}.test`);
  if (command === undefined) return undefined;
  return {
    command,
    intervalMs: parseDuration(check['interval'] ?? '30s', `${where}.interval`),
    timeoutMs: parseDuration(check['timeout'] ?? '30s', `${where}.timeout`),
    retries: parseInteger(check['retries'] ?? 3, `${where}.retries`, 1),
    startPeriodMs: parseDuration(check['start_period'] ?? '0s', `${where}.start_period`),
  };
}

function readTest(test: unknown, where: string): readonly string[] | string | undefined {
  if (typeof test === 'string') return test;
  if (Array.isArray(test) && test.every((part) => typeof part === 'string')) {
    const [form, ...rest] = test as string[];
    if (form === 'NONE') return undefined;
    if (form === 'CMD' && rest.length > 0) return rest;
    if (form === 'CMD-SHELL' && rest.length === 1) return rest[0];
  }
  throw invalid(where, test, '[CMD, program, …], [CMD-SHELL, command] or [NONE]');
}
