import { invalid } from './scalars.ts';
import { type Condition } from './service.ts';

const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'];

/** Reads `depends_on`: a map with conditions, or a list, which waits only for the start. */
export function readDependencies(value: unknown, where: string): Record<string, Condition> {
  if (value === undefined) return {};
  if (Array.isArray(value)) return Object.fromEntries(value.map((name) => [String(name), 'service_started']));
  if (typeof value !== 'object' || value === null) throw invalid(where, value, 'a map or a list');
  return Object.fromEntries(
    Object.entries(value as Record<string, { condition?: unknown } | null>).map(([name, dependency]) => {
      const condition = dependency?.condition ?? 'service_started';
      if (!CONDITIONS.includes(String(condition)))
        throw invalid(`${where}.${name}.condition`, condition, CONDITIONS.join(', '));
      return [name, condition as Condition];
    }),
  );
}
