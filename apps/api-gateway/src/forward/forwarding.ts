import { type ByteBudget } from '@groundwork/resilience';
import { ProblemError } from '@groundwork/service-kit';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Route } from '../routes/route.ts';
import { type Replica } from '../upstreams/replica.ts';
import { type Upstream } from '../upstreams/upstream.ts';
import { Attempt, type AttemptListener, type Phase } from './attempt.ts';
import { ClientBody } from './client-body.ts';
import {
  badGateway,
  noReplica,
  requestTimeout,
  tooManyBodies,
  tooManyBodiesOfClient,
  unforwardable,
  upstreamTimeout,
} from './failures.ts';
import { declaredLength, hasBody, HeldBody, isSmallEnoughToHold } from './held-body.ts';
import { mayRepeat } from './may-repeat.ts';
import { responseFields } from './response-fields.ts';

const MAX_ATTEMPTS = 3;
/** Time for a held body to arrive completely. A streamed body has the timeout of its route. */
const HELD_WITHIN_MS = 5_000;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly upstream: Upstream;
  /** Counts the bytes of held bodies, by `client`. */
  readonly heldBodies: ByteBudget;
  readonly client: string;
  /** The header fields of the forwarded request. */
  readonly fields: readonly string[];
  /** The gateway's own fields of the response. */
  readonly ownFields: Readonly<Record<string, string>>;
  readonly answerProblem: (problem: ProblemError) => void;
}

/**
 * Forwards one request to an upstream and its response to the client.
 *
 *   (hold the body) → attempt → answering → done
 *                      │   ^
 *                      └───┘ could not connect; or safe to repeat, and broken before a response or sent to a hung replica
 *
 * A timeout, a client that disconnected and a broken response each cancel the attempt in flight, so the upstream does no
 * work without a reader.
 */
export class Forwarding implements AttemptListener {
  readonly #exchange: Exchange;
  readonly #tried = new Set<Replica>();
  readonly #mayRepeat: boolean;
  readonly #deadline: NodeJS.Timeout;
  #held: Buffer | null = null;
  #streamed: ClientBody | null = null;
  #attempt: Attempt | undefined;
  #attempts = 0;
  #endStall = (): void => undefined;
  #hasAnswered = false;
  #isFlushed = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#mayRepeat = mayRepeat(exchange.request, exchange.route);
    this.#deadline = setTimeout(() => this.#timeOut(), exchange.route.timeoutMs);
    exchange.response.once('close', () => {
      this.#endStall();
      this.#stopIfClientLeft();
    });
  }

  start(): void {
    const { request, response, upstream } = this.#exchange;
    upstream.retries.deposit();
    if (!hasBody(request)) return this.#tryNext();
    if (isSmallEnoughToHold(request) && !this.#reserveBody()) return this.#fail(this.#noRoom());
    if (expectsContinue(request)) response.writeContinue();
    if (isSmallEnoughToHold(request)) this.#hold(request);
    else this.#tryNext(true);
  }

  answerBegins(status: number, rawFields: readonly (Buffer | string)[]): void {
    const { response, ownFields } = this.#exchange;
    clearTimeout(this.#deadline);
    this.#hasAnswered = true;
    response.writeHead(status, responseFields(rawFields, ownFields));
    // Head and body mostly arrive together and are sent in one write. A head that arrives alone must not wait for its body.
    process.nextTick(() => {
      if (!this.#isFlushed && !response.writableEnded) response.flushHeaders();
    });
  }

  answerContinues(chunk: Buffer): boolean {
    const { response } = this.#exchange;
    this.#isFlushed = true;
    if (response.write(chunk)) return true;
    this.#endStall = this.#attempt?.replica.stalledAnswers.begin(() => response.destroy()) ?? this.#endStall;
    response.once('drain', () => {
      this.#endStall();
      this.#attempt?.resume();
    });
    return false;
  }

  attemptSucceeded(): void {
    this.#exchange.response.end();
    this.#streamed?.destroy();
  }

  attemptFailed(error: Error, phase: Phase): void {
    const { route } = this.#exchange;
    // The status of a started response cannot be changed. Truncating the response signals the failure to the client.
    if (phase === 'answering') return this.#breakOff(error);
    if (error instanceof ProblemError) return this.#fail(error);
    if ((error as { code?: string }).code === 'UND_ERR_INVALID_ARG') return this.#fail(unforwardable(error));
    if (this.#attempts >= MAX_ATTEMPTS || !this.#isSafeToTryAgain(phase)) {
      return this.#fail(badGateway(route, error));
    }
    this.#tryNext(this.#streamed !== null, error);
  }

  /** Tries another replica if the request may be repeated. Otherwise the request continues to wait. */
  replicaHangs(): void {
    const { upstream } = this.#exchange;
    if (!this.#mayRepeat || this.#attempts >= MAX_ATTEMPTS || !upstream.hasSoundOther(this.#tried)) return;
    if (!upstream.retries.withdraw()) return;
    this.#attempt?.cancel(new Error('the replica hangs; another replica is tried'));
    this.#tryNext();
  }

  #reserveBody(): boolean {
    const { request, response, heldBodies, client } = this.#exchange;
    const bytes = declaredLength(request.headers);
    if (!heldBodies.reserve(client, bytes)) return false;
    response.once('close', () => heldBodies.release(client, bytes));
    return true;
  }

  #noRoom(): ProblemError {
    const { request, heldBodies, client } = this.#exchange;
    const isOwnFault = heldBodies.exceedsShare(client, declaredLength(request.headers));
    return isOwnFault ? tooManyBodiesOfClient() : tooManyBodies();
  }

  #hold(request: IncomingMessage): void {
    const body = new HeldBody(request);
    const timer = setTimeout(() => this.#fail(requestTimeout(HELD_WITHIN_MS)), HELD_WITHIN_MS);
    this.#exchange.response.once('close', () => {
      clearTimeout(timer);
      body.drop();
    });
    body.arrived().then(
      (whole) => {
        clearTimeout(timer);
        this.#tryHeld(whole);
      },
      () => this.#stopIfClientLeft(),
    );
  }

  #tryHeld(body: Buffer): void {
    if (this.#hasAnswered) return;
    this.#held = body;
    this.#tryNext();
  }

  #tryNext(isStreamed = false, previous?: Error): void {
    const { request, route, upstream, fields } = this.#exchange;
    const replica = upstream.pick(this.#tried, isStreamed);
    if (!replica) return this.#fail(previous ? badGateway(route, previous) : noReplica(route));
    this.#tried.add(replica);
    this.#attempts += 1;
    this.#streamed = isStreamed ? new ClientBody(request, route.maxBodyBytes) : null;
    this.#attempt = new Attempt(replica, this);
    this.#attempt.start({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      fields,
      body: this.#streamed ?? this.#held,
      idleTimeoutMs: route.idleTimeoutMs,
    });
  }

  /**
   * A request that never reached a replica may always be retried. Other retries need a repeatable request and cost budget.
   */
  #isSafeToTryAgain(phase: Phase): boolean {
    if (this.#streamed?.isConsumed) return false;
    if (phase === 'connecting') return true;
    return this.#mayRepeat && this.#exchange.upstream.retries.withdraw();
  }

  #timeOut(): void {
    const { route } = this.#exchange;
    const isClientToBlame = this.#streamed ? this.#streamed.isAwaited : !this.#attempt;
    this.#fail(isClientToBlame ? requestTimeout(route.timeoutMs) : upstreamTimeout(route));
  }

  #stopIfClientLeft(): void {
    if (this.#exchange.response.writableFinished) return;
    this.#hasAnswered = true;
    this.#cancel(new Error('the client disconnected'));
  }

  #breakOff(error: Error): void {
    const { response, route } = this.#exchange;
    if (response.headersSent) response.destroy();
    else this.#exchange.answerProblem(badGateway(route, error));
    this.#streamed?.destroy();
  }

  #fail(problem: ProblemError): void {
    if (this.#hasAnswered) return;
    this.#hasAnswered = true;
    this.#cancel(problem);
    this.#exchange.answerProblem(problem);
  }

  #cancel(reason: Error): void {
    clearTimeout(this.#deadline);
    this.#attempt?.cancel(reason);
    this.#streamed?.destroy();
  }
}

/** RFC 9110 §10.1.1: the expectation of an HTTP/1.0 client is ignored, because HTTP/1.0 has no interim responses. */
function expectsContinue({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.1' && headers.expect?.toLowerCase() === '100-continue';
}
