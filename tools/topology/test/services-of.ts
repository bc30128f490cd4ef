import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadComposeFile, type LoadOptions } from '../src/compose/load-compose-file.ts';
import { type Service } from '../src/compose/service.ts';

/** Loads a compose file from a text in the test. */
export function servicesOf(
  yaml: string,
  options: LoadOptions & { dotEnv?: string | Uint8Array } = {},
): ReadonlyMap<string, Service> {
  const folder = mkdtempSync(join(tmpdir(), 'groundwork-compose-'));
  try {
    writeFileSync(join(folder, 'docker-compose.yml'), yaml);
    if (options.dotEnv !== undefined) writeFileSync(join(folder, '.env'), options.dotEnv);
    return loadComposeFile(join(folder, 'docker-compose.yml'), { environment: {}, ...options }).services;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
