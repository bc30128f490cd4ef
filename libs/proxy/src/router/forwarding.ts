import { type ByteBudget } from '@groundwork/resilience';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Cluster } from '../clusters/cluster.ts';
import { type Endpoint } from '../clusters/endpoint.ts';
import { ProxyProblem } from '../proxy-problem.ts';
import { Attempt, type AttemptListener, type RawFields } from './attempt.ts';
import { ForwardingReport, type RetryReason } from './forwarding-report.ts';
import { badGateway, noEndpoint, requestTimeout, unforwardable, upstreamTimeout } from './problems.ts';
import { expectsContinue, RequestBody } from './request-body.ts';
import { responseFields } from './response-fields.ts';
import { Timers } from './timers.ts';
import { backoffMs, type FailureReason, mayRepeat, type RetryPolicy } from './retry-policy.ts';

/** How often a request waits for an endpoint or for the retry budget before it fails. */
const MOST_WAITS = 4;

export interface ForwardingSettings {
  /** The time until the head of the response, over all attempts. */
  readonly timeoutMs: number;
  /** The time until the head of the response of one attempt. Default: no limit of its own. */
  readonly perTryTimeoutMs?: number;
  /** The longest pause in the middle of a response body. */
  readonly idleTimeoutMs: number;
  readonly maxBodyBytes: number;
  /** Bodies up to this size are held in memory, so that they can be sent again. */
  readonly maxHeldBytes: number;
  /** The time for a held body to arrive. */
  readonly heldWithinMs: number;
  readonly retries: RetryPolicy;
  /** Sends a request that may be repeated to a second endpoint when the first has not responded for so long. Default: never. */
  readonly hedgeAfterMs?: number;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path and query that the endpoint receives. */
  readonly target: string;
  readonly cluster: Cluster;
  readonly settings: ForwardingSettings;
  /** Counts the bytes of held bodies, by `client`. */
  readonly heldBodies: ByteBudget;
  readonly client: string;
  /** What the request is hashed by, if the cluster hashes. */
  readonly key?: string | undefined;
  /** The header fields of the forwarded request. */
  readonly fields: readonly string[];
  /** The proxy's own fields of the response. */
  readonly ownFields: Readonly<Record<string, string>>;
  /** Changes the fields of the forwarded response, a flat list of names and values. */
  readonly changeFields?: ((fields: readonly string[]) => string[]) | undefined;
  readonly answerProblem: (problem: ProxyProblem) => void;
  readonly random?: () => number;
}

/**
 * Forwards one request to a cluster and its response to the client.
 *
 *   (hold the body) → attempt → response → done
 *                      │   ^
 *                      └───┘ refused; or repeatable, and reset, timed out, hung or answered with a status to retry
 *
 * With hedging, two attempts may be in flight; the first response wins, and the other attempt is cancelled. A timeout, a client that
 * disconnected and a broken response each cancel the attempts in flight, so no endpoint does work without a reader.
 */
export class Forwarding implements AttemptListener {
  readonly report = new ForwardingReport();
  readonly #exchange: Exchange;
  readonly #isRepeatable: boolean;
  readonly #tried = new Set<Endpoint>();
  /** The attempts without a response. */
  readonly #inFlight = new Set<Attempt>();
  readonly #timers: Timers;
  readonly #body: RequestBody;
  /** The attempt whose response is forwarded. */
  #winner: Attempt | undefined;
  #waits = 0;
  #endStall = (): void => undefined;
  #isOver = false;
  #isFlushed = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    const { request, response, settings, heldBodies: budget, client } = exchange;
    this.#body = new RequestBody(request, { ...settings, budget, client });
    this.#isRepeatable = mayRepeat(request, settings.retries);
    this.#timers = new Timers(exchange.cluster.clock);
    this.#timers.after(settings.timeoutMs, () => this.#timeOut());
    response.once('close', () => {
      this.#endStall();
      this.#stopIfClientLeft();
      this.#body.release();
    });
  }

  start(): void {
    const { request, response, cluster } = this.#exchange;
    cluster.retries.countRequest();
    const refusal = this.#body.reserve();
    if (refusal) return this.#fail(refusal);
    if (this.#body.kind !== 'none' && expectsContinue(request)) response.writeContinue();
    if (this.#body.kind === 'held') this.#sendWhenBodyArrived();
    else this.#send();
  }

  responseBegins(attempt: Attempt, status: number, rawFields: RawFields): void {
    const { response, ownFields, settings, changeFields } = this.#exchange;
    this.#inFlight.delete(attempt);
    if (settings.retries.onStatus.has(status) && (this.#inFlight.size > 0 || this.#mayLeave())) {
      attempt.cancel(new Error('the request is tried again'));
      if (this.#inFlight.size === 0) this.#launch('status');
      return;
    }
    this.#winner = attempt;
    this.report.endpoint = attempt.endpoint.origin;
    this.#isOver = true;
    this.#cancelAll(new Error('another endpoint responded first'));
    const fields = responseFields(rawFields, ownFields);
    response.writeHead(status, changeFields ? changeFields(fields) : fields);
    // Head and body mostly arrive together and are sent in one write. A head that arrives alone must not wait for its body.
    process.nextTick(() => {
      if (!this.#isFlushed && !response.writableEnded) response.flushHeaders();
    });
  }

  responseContinues(chunk: Buffer): boolean {
    const { response, cluster } = this.#exchange;
    this.#isFlushed = true;
    if (response.write(chunk)) return true;
    const winner = this.#winner as Attempt;
    this.#endStall = winner.endpoint.stalled.begin(cluster.nowMs(), () => {
      this.report.flags.add('slow-reader');
      response.destroy();
    });
    response.once('drain', () => {
      this.#endStall();
      winner.resume();
    });
    return false;
  }

  attemptEnded(): void {
    this.#exchange.response.end();
    this.#body.stop();
  }

  attemptFailed(attempt: Attempt, error: Error, reason: FailureReason | undefined): void {
    const { cluster } = this.#exchange;
    this.#inFlight.delete(attempt);
    // The status of a response that has begun cannot be changed. Its truncation signals the failure to the client.
    if (attempt === this.#winner) return this.#breakOff(error);
    if (error instanceof ProxyProblem) return this.#fail(error);
    if ((error as { code?: string }).code === 'UND_ERR_INVALID_ARG') return this.#fail(unforwardable(error));
    // A second attempt is in flight: its outcome decides.
    if (this.#inFlight.size > 0) return;
    this.#tryAgain(reason, badGateway(cluster.name, error));
  }

  /** Tries another endpoint if the request may be repeated. Otherwise the request continues to wait. */
  endpointHangs(attempt: Attempt): void {
    if (this.#inFlight.size > 1 || !this.#mayLeave()) return;
    this.#inFlight.delete(attempt);
    attempt.cancel(new Error('the endpoint hangs; another one is tried'));
    this.#launch('hang');
  }

  #sendWhenBodyArrived(): void {
    const { heldWithinMs } = this.#exchange.settings;
    const cancel = this.#timers.after(heldWithinMs, () => this.#fail(requestTimeout(heldWithinMs)));
    this.#body.arrived().then(
      () => {
        cancel();
        if (!this.#isOver) this.#send();
      },
      () => this.#stopIfClientLeft(),
    );
  }

  /** Sends the first attempt. */
  #send(): void {
    const { cluster, settings } = this.#exchange;
    if (!this.#launch()) return this.#fail(noEndpoint(cluster.name));
    const { hedgeAfterMs } = settings;
    if (hedgeAfterMs !== undefined) this.#timers.after(hedgeAfterMs, () => this.#hedge());
  }

  #hedge(): void {
    // Two attempts cannot read one stream.
    if (this.#isOver || this.#body.kind === 'streamed' || this.#inFlight.size !== 1) return;
    if (this.#mayLeave()) this.#launch('hedge');
  }

  /** Returns false if no endpoint can accept the request. @param reason why it is sent again */
  #launch(reason?: RetryReason): boolean {
    const { request, cluster, settings, target, fields, key } = this.#exchange;
    const isUpload = this.#body.kind === 'streamed';
    const endpoint = cluster.pick({ except: this.#tried, isUpload, key });
    if (!endpoint) return false;
    this.#tried.add(endpoint);
    this.report.attempts += 1;
    if (reason !== undefined) this.report.retries.push(reason);
    const attempt = new Attempt(cluster, endpoint, this, reason !== undefined && reason !== 'refused');
    this.#inFlight.add(attempt);
    if (settings.perTryTimeoutMs !== undefined)
      this.#timers.after(settings.perTryTimeoutMs, () => this.#timeOutAttempt(attempt));
    attempt.start({
      method: request.method ?? 'GET',
      path: target,
      fields,
      body: this.#body.forAttempt(),
      idleTimeoutMs: settings.idleTimeoutMs,
    });
    return true;
  }

  /** Returns whether the request may leave an attempt that may still succeed, for a healthy endpoint. Takes a retry out of the budget. */
  #mayLeave(): boolean {
    const { cluster } = this.#exchange;
    return (
      this.#isRepeatable &&
      this.#canSendAgain &&
      cluster.hasHealthyOther(this.#tried) &&
      cluster.retries.take(cluster.inFlight)
    );
  }

  get #canSendAgain(): boolean {
    return this.report.attempts < this.#exchange.settings.retries.maxAttempts && this.#body.isReplayable;
  }

  /**
   * A request that never reached an endpoint may always be sent again. Other retries need a repeatable request and cost budget. Without
   * an endpoint that was not tried, or without budget, the request waits and asks again.
   */
  #tryAgain(reason: FailureReason | undefined, problem: ProxyProblem): void {
    if (this.#isOver) return;
    const isFree = reason === 'refused';
    const isAllowed = isFree || (reason !== undefined && this.#isRepeatable);
    if (!isAllowed || !this.#canSendAgain) return this.#fail(problem);
    const { cluster } = this.#exchange;
    const mayLaunch = cluster.hasOther(this.#tried) && (isFree || cluster.retries.take(cluster.inFlight));
    if (!(mayLaunch && this.#launch(reason))) this.#wait(reason, problem);
  }

  /** After the wait, an endpoint that was tried is as good as any other. */
  #wait(reason: FailureReason, problem: ProxyProblem): void {
    const { cluster, settings, random = Math.random } = this.#exchange;
    if (this.#waits >= MOST_WAITS || !cluster.pick({ except: this.#tried })) return this.#fail(problem);
    this.#timers.after(backoffMs(this.#waits, settings.retries, random), () => {
      this.#tried.clear();
      this.#tryAgain(reason, problem);
    });
    this.#waits += 1;
  }

  #timeOutAttempt(attempt: Attempt): void {
    const { cluster, settings } = this.#exchange;
    if (!this.#inFlight.delete(attempt)) return;
    const problem = upstreamTimeout(cluster.name, settings.perTryTimeoutMs ?? 0);
    attempt.timeOut(problem);
    if (this.#inFlight.size === 0) this.#tryAgain('timeout', problem);
  }

  #timeOut(): void {
    const { cluster, settings } = this.#exchange;
    if (this.#body.isAwaited) return this.#fail(requestTimeout(settings.timeoutMs));
    const problem = upstreamTimeout(cluster.name, settings.timeoutMs);
    for (const attempt of this.#inFlight) attempt.timeOut(problem);
    this.#fail(problem);
  }

  #stopIfClientLeft(): void {
    if (this.#exchange.response.writableFinished) return;
    this.#isOver = true;
    // The proxy itself has cut off the response.
    if (this.report.flags.size === 0) this.report.flags.add('client-left');
    const reason = new Error('the client disconnected');
    this.#cancelAll(reason);
    this.#winner?.cancel(reason);
  }

  #breakOff(error: Error): void {
    const { response, cluster, answerProblem } = this.#exchange;
    if (response.headersSent) {
      this.report.flags.add('truncated');
      response.destroy();
    } else answerProblem(badGateway(cluster.name, error));
    this.#body.stop();
  }

  #fail(problem: ProxyProblem): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelAll(problem);
    this.#body.stop();
    this.#exchange.answerProblem(problem);
  }

  /** Cancels the attempts without a response, and all timers. */
  #cancelAll(reason: Error): void {
    for (const attempt of this.#inFlight) attempt.cancel(reason);
    this.#inFlight.clear();
    this.#timers.cancelAll();
  }
}
