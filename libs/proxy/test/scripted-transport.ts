import { type Clock } from '@groundwork/resilience';
import { type Dispatcher } from 'undici';
import { type Transport } from '../src/clusters/transport.ts';

/** What an endpoint does with a request. */
export type Behaviour =
  | { readonly kind: 'respond'; readonly status: number; readonly afterMs: number }
  | { readonly kind: 'refuse' }
  /** Breaks the connection before the response. */
  | { readonly kind: 'reset'; readonly afterMs: number }
  /** Breaks the connection in the middle of the response body. */
  | { readonly kind: 'truncate' }
  | { readonly kind: 'hang' };

export const respond = (status = 200, afterMs = 1): Behaviour => ({ kind: 'respond', status, afterMs });

/** A transport without a network: the test decides what its endpoint does with each request. */
export class ScriptedTransport implements Transport {
  readonly #clock: Clock;
  readonly #behave: () => Behaviour;
  /** Requests that were started, and those that the proxy has cancelled. */
  started = 0;
  cancelled = 0;

  constructor(clock: Clock, behave: () => Behaviour) {
    this.#clock = clock;
    this.#behave = behave;
  }

  dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.started += 1;
    const behaviour = this.#behave();
    let isOver = false;
    const once = (act: () => void) => () => {
      if (isOver) return;
      isOver = true;
      act();
    };
    const controller = {
      rawHeaders: ['content-type', 'text/plain'],
      abort: once(() => (this.cancelled += 1)),
      pause: () => undefined,
      resume: () => undefined,
    } as unknown as Dispatcher.DispatchController;
    const fail = once(() => handler.onResponseError?.(controller, new Error(behaviour.kind)));
    if (behaviour.kind === 'refuse') {
      this.#clock.after(0, fail);
      return true;
    }
    this.#clock.after(0, () => {
      if (!isOver) handler.onRequestStart?.(controller, null);
    });
    const begin = (status: number) => handler.onResponseStart?.(controller, status, {}, undefined);
    if (behaviour.kind === 'reset') this.#clock.after(behaviour.afterMs, fail);
    if (behaviour.kind === 'truncate')
      this.#clock.after(1, () => {
        begin(200);
        handler.onResponseData?.(controller, Buffer.from('half'));
        fail();
      });
    if (behaviour.kind === 'respond')
      this.#clock.after(behaviour.afterMs, () => {
        if (isOver) return;
        begin(behaviour.status);
        once(() => handler.onResponseEnd?.(controller, {}))();
      });
    return true;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async destroy(): Promise<void> {
    await Promise.resolve();
  }
}
