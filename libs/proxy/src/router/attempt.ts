import { type Dispatcher } from 'undici';
import { type Readable } from 'node:stream';
import { type Cluster } from '../clusters/cluster.ts';
import { type Endpoint } from '../clusters/endpoint.ts';
import { type Unanswered } from '../clusters/health/unanswered-requests.ts';
import { ProxyProblem } from '../proxy-problem.ts';
import { type FailureReason } from './retry-policy.ts';
import { ClientDisconnected } from './stream-body.ts';

export type RawFields = readonly (Buffer | string)[];

/**
 * Receives the events of an attempt. The last is `attemptEnded` or `attemptFailed`; a cancelled attempt sends neither.
 */
export interface AttemptListener {
  responseBegins(attempt: Attempt, status: number, rawFields: RawFields): void;
  /** Returns false to pause the endpoint until `resume`. */
  responseContinues(chunk: Buffer): boolean;
  attemptEnded(): void;
  /** @param reason undefined when the response had begun, or when the proxy itself could not send the request */
  attemptFailed(attempt: Attempt, error: Error, reason: FailureReason | undefined): void;
  /** Called repeatedly while the endpoint hangs. */
  endpointHangs(attempt: Attempt): void;
}

export interface AttemptRequest {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly string[];
  readonly body: Buffer | Readable | null;
  /** The longest pause in the response body. */
  readonly idleTimeoutMs: number;
}

/** The endpoint was removed from the cluster. */
const CLOSED_BY_US: ReadonlySet<string | undefined> = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

type Phase = 'connecting' | 'sent' | 'answering' | 'over';

/** One attempt to send one request to one endpoint. It tells the cluster what it learns about the endpoint's health. */
export class Attempt implements Dispatcher.DispatchHandler, Unanswered {
  readonly endpoint: Endpoint;
  /** Whether the attempt cost a unit of the retry budget. */
  readonly isRetry: boolean;
  readonly #cluster: Cluster;
  readonly #listener: AttemptListener;
  #phase: Phase = 'connecting';
  #isUpload = false;
  #sentAt = 0;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(cluster: Cluster, endpoint: Endpoint, listener: AttemptListener, isRetry: boolean) {
    this.#cluster = cluster;
    this.endpoint = endpoint;
    this.#listener = listener;
    this.isRetry = isRetry;
  }

  start({ method, path, fields, body, idleTimeoutMs }: AttemptRequest): void {
    const { endpoint } = this;
    this.#isUpload = body !== null && !Buffer.isBuffer(body);
    this.#sentAt = this.#cluster.nowMs();
    endpoint.inFlight += 1;
    // The endpoint cannot respond to an upload before the client has sent all of it, so silence is no sign of a hang.
    if (this.#isUpload) endpoint.uploads += 1;
    else endpoint.unanswered.sent(this, this.#sentAt);
    endpoint.transport.dispatch(
      {
        method: method as Dispatcher.HttpMethod,
        path,
        headers: [...fields, 'host', endpoint.host],
        body,
        bodyTimeout: idleTimeoutMs,
      },
      this,
    );
  }

  /** Cancels the work at the endpoint by closing its connection. The listener receives no further events. */
  cancel(reason: Error): void {
    if (this.#phase === 'over') return;
    this.#end();
    this.#controller?.abort(reason);
  }

  /** Cancels an attempt that took too long. */
  timeOut(reason: Error): void {
    if (this.#phase === 'over') return;
    this.#cluster.failed(this.endpoint);
    this.cancel(reason);
  }

  resume(): void {
    this.#controller?.resume();
  }

  endpointHangs(): void {
    this.#listener.endpointHangs(this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#phase === 'over')
      return controller.abort(new Error('the attempt was cancelled before the request was sent'));
    this.#phase = 'sent';
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // Interim responses (103 Early Hints) apply only to the connection that carries them.
    if (this.#phase === 'over' || status < 200) return;
    this.#phase = 'answering';
    this.endpoint.unanswered.ended(this);
    this.#cluster.responded(this.endpoint, status, this.#cluster.nowMs() - this.#sentAt);
    if (this.isRetry && status < 500) this.#cluster.retries.giveBack();
    this.#listener.responseBegins(this, status, controller.rawHeaders as readonly Buffer[]);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase === 'answering' && !this.#listener.responseContinues(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#phase === 'over') return;
    this.#end();
    this.#listener.attemptEnded();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    if (this.#phase === 'over') return;
    const reason = this.#reasonOf(error);
    this.#end();
    if (!CLOSED_BY_US.has(error.code)) this.#report(reason);
    this.#listener.attemptFailed(this, error, reason);
  }

  #reasonOf(error: Error): FailureReason | undefined {
    if (isFaultOfRequest(error) || this.#phase === 'answering') return undefined;
    return this.#phase === 'connecting' ? 'refused' : 'reset';
  }

  #report(reason: FailureReason | undefined): void {
    if (reason === 'refused') this.#cluster.refused(this.endpoint);
    else if (reason === 'reset') this.#cluster.failed(this.endpoint);
  }

  #end(): void {
    this.#phase = 'over';
    this.endpoint.inFlight -= 1;
    if (this.#isUpload) this.endpoint.uploads -= 1;
    this.endpoint.unanswered.ended(this);
  }
}

/** The request could not be serialised, or its body ended early. */
function isFaultOfRequest(error: Error & { code?: string }): boolean {
  return (
    error instanceof ProxyProblem ||
    error instanceof ClientDisconnected ||
    error.code === 'UND_ERR_INVALID_ARG'
  );
}
