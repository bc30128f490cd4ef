import 'reflect-metadata';
import { type SetOptions } from '../../cache-manager-options.ts';
import { type CacheManager } from '../../cache-manager.ts';
import { type Target } from '../../invalidation/target.ts';

type Method<Args extends unknown[], Result> = (...args: Args) => Promise<Result>;
/** A decorator of methods that begin with these parameters, and may have more. */
type DecoratorOf<First extends unknown[]> = <Args extends [...First, ...unknown[]], Result>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method<Args, Result>>,
) => void;

/** The property by which a decorated method finds the manager. `CachingModule` sets it. */
export const MANAGER = Symbol('CacheManager');
/** Marks methods that need a manager. */
export const NEEDS_MANAGER = Symbol('needs a CacheManager');

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
  return (_target, name, descriptor) => {
    const method = descriptor.value as unknown as Method<First, unknown>;
    const replacement = replace(method, String(name));
    // Decorators below this one have described the method: routes, guards, other metadata.
    for (const described of Reflect.getMetadataKeys(method))
      Reflect.defineMetadata(described, Reflect.getMetadata(described, method), replacement);
    Reflect.defineMetadata(NEEDS_MANAGER, true, replacement);
    (descriptor as { value: unknown }).value = replacement;
  };
}

function managerOf(instance: object, method: string): CacheManager {
  const manager = (instance as { readonly [MANAGER]?: CacheManager })[MANAGER];
  if (manager !== undefined) return manager;
  throw new Error(
    `${instance.constructor.name}.${method}: no cache; import CachingModule, and make ${instance.constructor.name} a singleton provider or controller`,
  );
}
