import 'reflect-metadata';
import { type SetOptions } from '../../cache-manager-options.ts';
import { type CacheManager } from '../../cache-manager.ts';
import { invalidationOf, type Target } from '../../invalidation/target.ts';

type Method<Args extends unknown[], Result> = (...args: Args) => Promise<Result>;
/** A decorator of methods that begin with these parameters, and may have more. */
type DecoratorOf<First extends unknown[]> = <Args extends [...First, ...unknown[]], Result>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method<Args, Result>>,
) => void;

/** Marks classes with decorated methods, for the module. */
export const NEEDS_MANAGER = Symbol('needs a CacheManager');

const managers = new WeakMap<object, CacheManager>();

/** Gives the manager to an object with decorated methods. The module does so; a test without the module may call it. @throws {Error} for a second manager */
export function useCache(instance: object, cache: CacheManager): void {
  const other = managers.get(instance);
  if (other !== undefined && other !== cache)
    throw new Error(`${instance.constructor.name}: it has another cache already; import CachingModule once`);
  managers.set(instance, cache);
}

export interface CachedOptions<Args extends unknown[]> extends Omit<SetOptions<unknown>, 'tags'> {
  /** Returns the key. It must differ for calls with different results. */
  readonly key: (...args: Args) => string;
  readonly tags?: (...args: Args) => readonly string[];
  /** As in `getOrSet`. */
  readonly earlyRefresh?: number;
}

/**
 * Caches what a method resolves to, by its arguments, as `getOrSet` does: each missing value is loaded once. The result is deeply frozen JSON data.
 * `undefined` and errors are not cached.
 */
export function Cached<Args extends unknown[]>({
  key,
  tags = () => [],
  ...options
}: CachedOptions<Args>): DecoratorOf<Args> {
  return replaceMethod<Args>(
    (method, name) =>
      async function (this: object, ...args) {
        const load = () => method.apply(this, args);
        const cache = managerOf(this, name);
        return (await cache.getOrSet(key(...args), { ...options, tags: tags(...args), load })).value;
      },
  );
}

/**
 * Invalidates entries after a method that changes the source. It also does so when the method fails: its change may be committed
 * nevertheless. The method must have committed when it resolves.
 */
export function Invalidates<Args extends unknown[]>(targetOf: (...args: Args) => Target): DecoratorOf<Args> {
  return replaceMethod<Args>(
    (method, name) =>
      async function (this: object, ...args) {
        const cache = managerOf(this, name);
        const target = targetOf(...args);
        // Before the method: an invalid target must not fail a change that is committed.
        invalidationOf(target);
        try {
          return await method.apply(this, args);
        } finally {
          await cache.invalidate(target);
        }
      },
  );
}

function replaceMethod<First extends unknown[]>(
  replace: (method: Method<First, unknown>, name: string) => Method<First, unknown>,
): DecoratorOf<First> {
  return (target, name, descriptor) => {
    const method = descriptor.value as unknown as Method<First, unknown>;
    const replacement = replace(method, String(name));
    // Decorators below this one have described the method: routes, guards, other metadata.
    for (const described of Reflect.getMetadataKeys(method))
      Reflect.defineMetadata(described, Reflect.getMetadata(described, method), replacement);
    Reflect.defineMetadata(NEEDS_MANAGER, true, target);
    (descriptor as { value: unknown }).value = replacement;
  };
}

function managerOf(instance: object, method: string): CacheManager {
  const manager = managers.get(instance);
  if (manager !== undefined) return manager;
  const { name } = instance.constructor;
  throw new Error(
    `${name}.${method}: no cache; import CachingModule, and let ${name} be a provider or controller that is created once`,
  );
}
