import { parse } from 'yaml';

export type Mapping = Readonly<Record<string, unknown>>;

/** A compose file with its merge keys applied. Variables are not substituted. */
export interface ComposeFile {
  readonly top: Mapping;
  readonly services: Readonly<Record<string, Mapping>>;
}

export function parseComposeFile(text: string): ComposeFile {
  const top = asMapping(parse(text, { merge: true }));
  const services = Object.fromEntries(
    Object.entries(asMapping(top['services'])).map(([name, service]) => [name, asMapping(service)]),
  );
  return { top, services };
}

export function asMapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A job is a service that others wait for until it has completed; every other service runs permanently. */
export function isJob(file: ComposeFile, name: string): boolean {
  return Object.values(file.services).some(
    (service) =>
      asMapping(asMapping(service['depends_on'])[name])['condition'] === 'service_completed_successfully',
  );
}
