import { type Dispatcher } from 'undici';
import { type Readable } from 'node:stream';
import { type Replica, type Unanswered } from '../upstreams/replica.ts';

export type Phase = 'connecting' | 'sent' | 'answering' | 'over';

/**
 * Receives the events of an attempt. The last is `attemptSucceeded` or `attemptFailed`; a cancelled attempt sends neither.
 */
export interface AttemptListener {
  answerBegins(status: number, rawFields: readonly (Buffer | string)[]): void;
  /** Returns false to pause the replica until `resume`. */
  answerContinues(chunk: Buffer): boolean;
  attemptSucceeded(): void;
  attemptFailed(error: Error, phase: Phase): void;
  /** Called repeatedly while the replica hangs. */
  replicaHangs(): void;
}

export interface AttemptRequest {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly string[];
  readonly body: Buffer | Readable | null;
  readonly idleTimeoutMs: number;
}

/** One attempt to send one request to one replica. */
export class Attempt implements Dispatcher.DispatchHandler, Unanswered {
  readonly replica: Replica;
  readonly #listener: AttemptListener;
  #phase: Phase = 'connecting';
  #isUpload = false;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(replica: Replica, listener: AttemptListener) {
    this.replica = replica;
    this.#listener = listener;
  }

  start({ method, path, fields, body, idleTimeoutMs }: AttemptRequest): void {
    this.#isUpload = body !== null && !Buffer.isBuffer(body);
    this.replica.inFlight += 1;
    // The replica cannot respond to an upload before the client has sent all of it, so silence is no sign of a hang.
    if (this.#isUpload) this.replica.uploads += 1;
    else this.replica.sent(this, performance.now());
    this.replica.pool.dispatch(
      {
        method: method as Dispatcher.HttpMethod,
        path,
        headers: [...fields, 'host', this.replica.host],
        body,
        bodyTimeout: idleTimeoutMs,
      },
      this,
    );
  }

  /** Cancels the work at the replica by closing its connection. The listener receives no further events. */
  cancel(reason: Error): void {
    if (this.#phase === 'over') return;
    this.#end();
    this.#controller?.abort(reason);
  }

  resume(): void {
    this.#controller?.resume();
  }

  replicaHangs(): void {
    this.#listener.replicaHangs();
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
    this.replica.answered(this);
    this.replica.responded(status, performance.now());
    this.#listener.answerBegins(status, controller.rawHeaders as readonly Buffer[]);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#phase === 'answering' && !this.#listener.answerContinues(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#phase === 'over') return;
    this.#end();
    this.#listener.attemptSucceeded();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#phase === 'over') return;
    const phase = this.#phase;
    this.#end();
    if (phase === 'connecting' && !isOurOwnFault(error)) this.replica.refused(performance.now());
    this.#listener.attemptFailed(error, phase);
  }

  #end(): void {
    this.#phase = 'over';
    this.replica.inFlight -= 1;
    if (this.#isUpload) this.replica.uploads -= 1;
    this.replica.answered(this);
  }
}

/** The request could not be serialised, or its pool was closed: neither is a failure of the replica. */
function isOurOwnFault(error: Error & { code?: string }): boolean {
  return (
    error.code === 'UND_ERR_INVALID_ARG' ||
    error.code === 'UND_ERR_CLOSED' ||
    error.code === 'UND_ERR_DESTROYED'
  );
}
