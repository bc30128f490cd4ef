import {
  checkFraming,
  type Cluster,
  forwardedFields,
  Forwarding,
  type ForwardingReport,
  ProxyProblem,
  type RequestOrigin,
  type RequestTarget,
} from '@groundwork/proxy';
import { clientAddress, limitKey, type RatePolicy } from '@groundwork/rate-limiting';
import { ByteBudget } from '@groundwork/resilience';
import {
  continueTrace,
  type Logger,
  LOGGER,
  ProblemError,
  type RequestInterceptor,
  toProblemError,
} from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { OperatorKey } from './admission/operator-key.ts';
import { answerProblem } from './answers/answer-problem.ts';
import { discardRest } from './answers/discard-rest.ts';
import { type GatewayConfig } from './config.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { InboundLimit } from './limit/inbound-limit.ts';
import { OWN_PATHS, PROBE_PATHS } from './routes/own-paths.ts';
import { LiveRoutes } from './routes/live-routes.ts';
import { type Route, type RouteAction } from './routes/route.ts';
import { type Snapshot } from './routes/snapshot.ts';
import { CONFIG } from './tokens.ts';

/** An eighth of the memory that the topology gives a gateway, and 64 bodies of the largest kind for one client. */
const HELD_BODIES = { totalBytes: 33_554_432, bytesPerKey: 4_194_304 };
const FORWARDING = { pseudonym: 'api-gateway', ownFields: new Set(['x-operator-key']) };
/** The status of nginx for a client that disconnected before the end of its response. It is never sent. */
const CLIENT_LEFT = 499;
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly client: string;
  /** The gateway's own fields of the response. */
  readonly ownFields: Record<string, string>;
  /** The routes that the request has met at its begin: it keeps them when the routes file changes. */
  readonly snapshot: Snapshot;
  route?: Route;
  upstream?: string;
  report?: ForwardingReport;
}

type ForwardAction = Extract<RouteAction, { readonly kind: 'forward' }>;

/** Where an admitted request goes: a route, one of the gateway's own pages, or the problem that refuses it. */
type Destination = Route | 'own-page' | ProblemError;

/** Processes every request: framing → route → operator key → limit → size → upstream. */
@Injectable()
export class Gateway {
  private readonly heldBodies = new ByteBudget(HELD_BODIES);

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(LiveRoutes) private readonly routes: LiveRoutes,
    @Inject(InboundLimit) private readonly limit: InboundLimit,
    @Inject(OperatorKey) private readonly operatorKey: OperatorKey,
    @Inject(GatewayMetrics) private readonly metrics: GatewayMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Handles every request, and leaves those for the gateway's own pages to Fastify. */
  readonly intercept: RequestInterceptor = (request, response, leaveToFastify) => {
    const ownFields = { 'x-request-id': requestIdOf(request) };
    const client = clientAddress(request.socket);
    const exchange: Exchange = { request, response, client, ownFields, snapshot: this.routes.current };
    const startedAt = performance.now();
    response.once('close', () => {
      discardRest(request);
      // After the other listeners: the report is complete then.
      queueMicrotask(() => this.record(exchange, startedAt));
    });
    this.admitAndServe(exchange, leaveToFastify).catch((error: unknown) => this.answer(exchange, error));
  };

  private async admitAndServe(exchange: Exchange, leaveToFastify: () => void): Promise<void> {
    const { request, response, client, ownFields } = exchange;
    const target = checkFraming(request);
    // Fastify, the problem document and the upstream see the path on which the route was matched.
    request.url = target.path + target.query;
    const destination = this.destinationOf(exchange, target);
    Object.assign(
      ownFields,
      await this.limit.admit(limitsOf(destination, target, exchange.snapshot), client),
    );
    // The client may have disconnected while its request was counted.
    if (response.destroyed) return;
    if (destination instanceof ProblemError) throw destination;
    if (destination === 'own-page') return leaveToFastify();
    this.serve(exchange, destination, target);
  }

  private destinationOf(exchange: Exchange, { path, query }: RequestTarget): Destination {
    const { request, client, snapshot } = exchange;
    const { method = '', headers } = request;
    if (OWN_PATHS.has(path)) {
      return method === 'GET' || method === 'HEAD' ? 'own-page' : methodNotAllowed(['GET', 'HEAD']);
    }
    const match = snapshot.table.match({ method, host: headers.host ?? '', path, query, headers });
    if (match.kind === 'method-not-allowed') return methodNotAllowed(match.allow);
    if (match.kind === 'unknown-path') return notFound();
    exchange.route = match.route;
    if (!match.route.operatorKey) return match.route;
    return this.operatorKey.refusal(headers['x-operator-key'], client) ?? match.route;
  }

  private serve(exchange: Exchange, route: Route, target: RequestTarget): void {
    const { action } = route;
    if (action.kind === 'forward') return this.forward(exchange, route, action, target);
    const { path, query } = target;
    const { response, ownFields } = exchange;
    if (action.kind === 'redirect') {
      const location = action.redirect.location(path, query);
      response.writeHead(action.redirect.status, { ...ownFields, location, 'content-length': 0 }).end();
    } else {
      const { status, body, contentType } = action;
      const fields = { ...ownFields, 'content-type': contentType, 'content-length': body.length };
      response.writeHead(status, fields).end(body);
    }
  }

  private forward(exchange: Exchange, route: Route, action: ForwardAction, target: RequestTarget): void {
    const { request, response, client, ownFields, snapshot } = exchange;
    const { path, query } = target;
    const key = action.key?.({ headers: request.headers, path, clientAddress: client });
    const fields = forwardedFields(request, this.originOf(exchange), FORWARDING);
    const { requestFields, responseFields } = route;
    const cluster = clusterOf(snapshot, action.upstreams.choose(key));
    const forwarding = new Forwarding({
      request,
      response,
      target: (action.rewrite?.(path) ?? path) + query,
      cluster,
      key,
      settings: route,
      heldBodies: this.heldBodies,
      client: limitKey(client),
      fields: requestFields?.apply(fields) ?? fields,
      ownFields,
      changeFields: responseFields && ((given) => responseFields.apply(given)),
      answerProblem: (problem) => this.answer(exchange, problem),
    });
    exchange.upstream = cluster.name;
    exchange.report = forwarding.report;
    forwarding.start();
  }

  private record(exchange: Exchange, startedAt: number): void {
    const { request, response, route, upstream, report, client, ownFields } = exchange;
    const isAbandoned = report ? report.flags.has('client-left') : !response.writableFinished;
    const status = isAbandoned ? CLIENT_LEFT : response.statusCode;
    const seconds = (performance.now() - startedAt) / 1_000;
    this.metrics.observe(route?.id, status, seconds);
    if (report && upstream !== undefined) this.metrics.countForwarding(upstream, report);
    if (this.config.ACCESS_LOG === 'off') return;
    this.logger.info(
      {
        ...{ method: request.method, path: request.url?.split('?', 1)[0], route: route?.id, status, client },
        ...{ durationMs: Math.round(seconds * 1_000), requestId: ownFields['x-request-id'] },
        ...(report && { upstream, endpoint: report.endpoint, attempts: report.attempts }),
        ...(report && report.retries.length > 0 && { retries: report.retries }),
        ...(report && report.flags.size > 0 && { flags: [...report.flags] }),
      },
      'request',
    );
  }

  private originOf({ request, client, ownFields }: Exchange): RequestOrigin {
    return {
      clientAddress: client,
      protocol: 'http',
      requestId: ownFields['x-request-id'] ?? '',
      traceparent: continueTrace(request.headers.traceparent as string | undefined),
    };
  }

  private answer({ request, response, ownFields, route }: Exchange, error: unknown): void {
    const problem = toProblemError(error instanceof ProxyProblem ? new ProblemError(error) : error);
    if (problem.status >= 500) {
      const requestId = ownFields['x-request-id'];
      this.logger.warn(
        { err: problem.cause ?? problem, code: problem.code, route: route?.id, requestId },
        'the request failed; the client gets the problem',
      );
    }
    answerProblem(request, response, problem, ownFields);
  }
}

function limitsOf(
  destination: Destination,
  { path }: RequestTarget,
  { settings }: Snapshot,
): readonly RatePolicy[] {
  if (isRoute(destination)) return destination.limits;
  return [PROBE_PATHS.has(path) ? settings.probesLimit : settings.ownPagesLimit];
}

function isRoute(destination: Destination): destination is Route {
  return destination !== 'own-page' && !(destination instanceof ProblemError);
}

function clusterOf({ clusters }: Snapshot, name: string): Cluster {
  const cluster = clusters.get(name);
  if (!cluster) throw new Error(`the checked routes file refers to the unknown upstream ${name}`);
  return cluster;
}

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

const notFound = () =>
  new ProblemError({ status: 404, code: 'not-found', detail: 'There is no resource at this path.' });

function methodNotAllowed(allow: readonly string[]): ProblemError {
  return new ProblemError({
    status: 405,
    code: 'method-not-allowed',
    detail: `This path allows ${allow.join(', ')}.`,
    headers: { allow: allow.join(', ') },
  });
}
