import {
  continueTrace,
  type Logger,
  LOGGER,
  ProblemError,
  Shutdown,
  toProblemError,
} from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { checkFraming, MalformedRequest } from './admission/check-framing.ts';
import { OperatorKey } from './admission/operator-key.ts';
import { payloadTooLarge } from './admission/payload-too-large.ts';
import { answerProblem } from './answers/answer-problem.ts';
import { discardRest } from './answers/discard-rest.ts';
import { Forwarding } from './forward/forwarding.ts';
import { requestFields } from './forward/request-fields.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { clientAddress } from './limit/client-address.ts';
import { InboundLimit } from './limit/inbound-limit.ts';
import { OWN_PATHS } from './routes/own-paths.ts';
import { type Route } from './routes/route.ts';
import { RouteTable } from './routes/route-table.ts';
import { Upstreams } from './upstreams/upstreams.ts';

const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** The way of every request: framing → route → size → limit → operator key → upstream. */
@Injectable()
export class Gateway {
  /** Connections on which it is unsure where a request ended. */
  private readonly distrusted = new WeakSet<Socket>();

  constructor(
    @Inject(RouteTable) private readonly routes: RouteTable,
    @Inject(Upstreams) private readonly upstreams: Upstreams,
    @Inject(InboundLimit) private readonly limit: InboundLimit,
    @Inject(OperatorKey) private readonly operatorKey: OperatorKey,
    @Inject(Shutdown) private readonly shutdown: Shutdown,
    @Inject(GatewayMetrics) private readonly metrics: GatewayMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Takes over every request but the ones for the gateway's own pages. */
  readonly intercept = (request: IncomingMessage, response: ServerResponse): boolean => {
    // Its parser may have read ahead of the answer that closes it.
    if (this.distrusted.has(request.socket)) return true;
    const ownFields = { 'x-request-id': requestIdOf(request) };
    const startedAt = performance.now();
    let route: Route | undefined;
    response.once('close', () => {
      discardRest(request);
      this.endConnectionIfDraining(request);
      this.metrics.observe(route?.id, response.statusCode, startedAt);
    });
    try {
      checkFraming(request);
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      if (OWN_PATHS.has(path)) return this.leaveToNest(request);
      route = this.routeOf(request.method ?? '', path);
      checkDeclaredLength(request, route);
      void this.admitAndForward(request, response, route, ownFields);
    } catch (error) {
      if (error instanceof MalformedRequest) this.distrusted.add(request.socket);
      this.answer(request, response, error, ownFields);
    }
    return true;
  };

  private leaveToNest(request: IncomingMessage): false {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed(['GET', 'HEAD']);
    return false;
  }

  private routeOf(method: string, path: string): Route {
    const match = this.routes.match(method, path);
    if (match.kind === 'route') return match.route;
    if (match.kind === 'method-not-allowed') throw methodNotAllowed(match.allow);
    throw new ProblemError({ status: 404, code: 'not-found', detail: 'There is nothing at this path.' });
  }

  private async admitAndForward(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    ownFields: Record<string, string>,
  ): Promise<void> {
    try {
      const address = clientAddress(request);
      Object.assign(ownFields, await this.limit.admit(route.limit, address));
      if (route.operatorKey) this.operatorKey.check(request.headers['x-operator-key']);
      // The client may have left while its request was counted.
      if (response.destroyed) return;
      const origin = {
        clientAddress: address,
        requestId: ownFields['x-request-id'] ?? '',
        traceparent: continueTrace(request.headers.traceparent as string | undefined),
      };
      new Forwarding({
        request,
        response,
        route,
        upstream: this.upstreams.get(route.upstream),
        fields: requestFields(request, origin),
        ownFields: () => this.finalFields(ownFields),
        answerProblem: (problem) => this.answer(request, response, problem, ownFields, route),
      }).start();
    } catch (error) {
      this.answer(request, response, error, ownFields, route);
    }
  }

  private answer(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    ownFields: Readonly<Record<string, string>>,
    route?: Route,
  ): void {
    const problem = toProblemError(error);
    if (problem.status >= 500) {
      const requestId = ownFields['x-request-id'];
      this.logger.warn(
        { err: problem.cause ?? problem, code: problem.code, route: route?.id, requestId },
        'failed',
      );
    }
    answerProblem(request, response, problem, this.finalFields(ownFields));
  }

  /** While the gateway drains, each answer ends its connection; also that of a request which came in before. */
  private finalFields(ownFields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return this.shutdown.isRunning ? { ...ownFields, connection: 'close' } : ownFields;
  }

  /** An answer whose head went out before the shutdown promised to keep the connection: end it after its last byte. */
  private endConnectionIfDraining(request: IncomingMessage): void {
    if (this.shutdown.isRunning) request.socket.end();
  }
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

function checkDeclaredLength({ headers }: IncomingMessage, { maxBodyBytes }: Route): void {
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) throw payloadTooLarge(maxBodyBytes);
}

function methodNotAllowed(allow: readonly string[]): ProblemError {
  return new ProblemError({
    status: 405,
    code: 'method-not-allowed',
    detail: `This path takes ${allow.join(', ')}.`,
    headers: { allow: allow.join(', ') },
  });
}
