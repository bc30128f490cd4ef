import { type ByteBudget } from '@groundwork/resilience';
import { type IncomingMessage } from 'node:http';
import { type ProxyProblem } from '../proxy-problem.ts';
import { declaredLength, hasBody, payloadTooLarge } from './body-limits.ts';
import { tooManyBodies, tooManyBodiesOfClient } from './problems.ts';
import { isHeld, ReplayBody } from './replay-body.ts';
import { StreamBody } from './stream-body.ts';

export interface RequestBodyOptions {
  readonly maxBodyBytes: number;
  /** Bodies up to this size are held in memory, so that they can be sent again. */
  readonly maxHeldBytes: number;
  /** Counts the bytes of held bodies, by `client`. */
  readonly budget: ByteBudget;
  readonly client: string;
}

/** The body of a request: none, held in memory until it is complete, or streamed. */
export class RequestBody {
  readonly kind: 'none' | 'held' | 'streamed';
  readonly #request: IncomingMessage;
  readonly #options: RequestBodyOptions;
  #replay: ReplayBody | undefined;
  #held: Buffer | null = null;
  #stream: StreamBody | undefined;
  #reservedBytes = 0;

  constructor(request: IncomingMessage, options: RequestBodyOptions) {
    this.#request = request;
    this.#options = options;
    this.kind = hasBody(request) ? (isHeld(request, options.maxHeldBytes) ? 'held' : 'streamed') : 'none';
  }

  /** Reserves the memory of a held body. Returns the problem if there is no room, or if the declared length is too large. */
  reserve(): ProxyProblem | undefined {
    const { budget, client, maxBodyBytes } = this.#options;
    const bytes = declaredLength(this.#request.headers);
    if (bytes > maxBodyBytes) return payloadTooLarge(maxBodyBytes);
    if (this.kind !== 'held') return undefined;
    if (budget.reserve(client, bytes)) {
      this.#reservedBytes = bytes;
      return undefined;
    }
    return budget.exceedsShare(client, bytes) ? tooManyBodiesOfClient() : tooManyBodies();
  }

  /** Resolves when a held body is complete. Rejects with `ClientDisconnected` if it never will be. */
  async arrived(): Promise<void> {
    this.#replay = new ReplayBody(this.#request);
    this.#held = await this.#replay.arrived();
  }

  /** Returns the body for one attempt. */
  forAttempt(): Buffer | StreamBody | null {
    if (this.kind !== 'streamed') return this.#held;
    // The HTTP client destroys the body that it is given, although it may have read nothing of it.
    this.#stream = new StreamBody(this.#request, this.#options.maxBodyBytes);
    return this.#stream;
  }

  /** Whether the body can be sent once more: nothing of it was streamed yet. */
  get isReplayable(): boolean {
    return this.#stream?.isConsumed !== true;
  }

  /** Whether the proxy waits for the client to send. */
  get isAwaited(): boolean {
    return this.kind === 'held' ? this.#held === null : this.#stream?.isAwaited === true;
  }

  /** Stops reading a streamed body. */
  stop(): void {
    this.#stream?.destroy();
  }

  /** Releases all memory. Call it once, when the response is closed. */
  release(): void {
    const { budget, client } = this.#options;
    this.stop();
    this.#replay?.drop();
    this.#held = null;
    budget.release(client, this.#reservedBytes);
    this.#reservedBytes = 0;
  }
}

/** RFC 9110 §10.1.1: the expectation of an HTTP/1.0 client is ignored, because HTTP/1.0 has no interim responses. */
export function expectsContinue({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.1' && headers.expect?.toLowerCase() === '100-continue';
}
