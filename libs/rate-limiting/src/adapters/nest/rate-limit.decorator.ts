import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { type RateLimitRule } from './rate-limit-rule.ts';

export const RULES = Symbol('RULES');
export const SKIPS = Symbol('SKIPS');

/**
 * Limits a controller or a handler, in addition to the rules of the module and of its controller. A request is counted by all
 * rules, or refused and counted by none.
 */
export const RateLimit = (...rules: readonly RateLimitRule[]): CustomDecorator<symbol> =>
  SetMetadata(RULES, rules);

/** Exempts a controller or a handler from all rules: a health check, for example. */
export const SkipRateLimit = (): CustomDecorator<symbol> => SetMetadata(SKIPS, true);
