import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
  ServiceUnavailableException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CostExceedsCapacity } from '../../gcra/cost-exceeds-capacity.ts';
import { quotaExceeded } from '../../http/quota-exceeded.ts';
import { rateLimitFields } from '../../http/rate-limit-fields.ts';
import { type Verdict } from '../../limiter/verdict.ts';
import { LimitStoreUnavailable } from '../../stores/limit-store.ts';
import { type LimitedRequest } from './keys-of-requests.ts';
import { RULES, SKIPS } from './rate-limit.decorator.ts';
import { chargesOf, type RateLimitRule } from './rate-limit-rule.ts';
import { type RateLimitingOptions } from './rate-limiting.module.ts';

export const OPTIONS = Symbol('RateLimitingOptions');

interface Response {
  header(name: string, value: string): unknown;
}

/**
 * Counts each request by the rules of the module, of its controller and of its handler, before the handler runs.
 *
 * - Admitted: the response has the fields `RateLimit` and `RateLimit-Policy`.
 * - Denied: 429 with the problem `quota-exceeded` and `Retry-After`.
 * - More units than a policy can have at once: 400. No wait would help.
 * - A closed policy whose store is unavailable: 503 with `Retry-After: 1`. The client did not exceed a limit.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    @Inject(OPTIONS) private readonly options: RateLimitingOptions,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getClass(), context.getHandler()];
    if (this.reflector.getAllAndOverride<boolean>(SKIPS, targets.toReversed())) return true;
    const rules = [
      ...(this.options.rules ?? []),
      ...targets.flatMap((target) => this.reflector.get<readonly RateLimitRule[]>(RULES, target) ?? []),
    ];
    if (rules.length === 0) return true;
    const http = context.switchToHttp();
    return this.#admit(rules, http.getRequest<LimitedRequest>(), http.getResponse<Response>());
  }

  async #admit(
    rules: readonly RateLimitRule[],
    request: LimitedRequest,
    response: Response,
  ): Promise<boolean> {
    const verdict = await this.options.limiter
      .takeAll(await chargesOf(rules, request))
      .catch((error: unknown) => {
        if (error instanceof CostExceedsCapacity)
          throw new BadRequestException(error.message, { cause: error });
        if (!(error instanceof LimitStoreUnavailable)) throw error;
        response.header('retry-after', '1');
        throw new ServiceUnavailableException('Requests cannot be counted at the moment', { cause: error });
      });
    for (const [name, value] of Object.entries(rateLimitFields(verdict.decisions)))
      response.header(name, value);
    if (verdict.allowed) return true;
    return refuse(verdict, response);
  }
}

function refuse({ decisions }: Verdict, response: Response): never {
  const problem = quotaExceeded(decisions);
  response.header('content-type', 'application/problem+json');
  throw new HttpException(problem, problem.status);
}
