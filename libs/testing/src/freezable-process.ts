import { type VirtualClock } from './virtual-clock.ts';

export interface FreezableProcessOptions {
  readonly clock: VirtualClock;
  readonly random: () => number;
  /** How long a late message is on its way, at most. Others take up to 5 ms. */
  readonly latestMs: number;
  /** The error of a call whose question or answer was lost. */
  readonly lost: () => Error;
}

/** A simulated process. While it is frozen, its timers and the answers to its calls wait, as after SIGSTOP. */
export class FreezableProcess {
  readonly #options: FreezableProcessOptions;
  #frozenUntilMs = 0;
  #cutUntilMs = 0;

  constructor(options: FreezableProcessOptions) {
    this.#options = options;
  }

  /** The clock as the process sees it: time goes on while it is frozen, and its timers are late. */
  readonly clock = {
    monotonicMs: () => this.#options.clock.monotonicMs(),
    wallMs: () => this.#options.clock.wallMs(),
    after: (ms: number, wake: () => void) => {
      const { clock } = this.#options;
      const due = () => {
        const leftMs = this.#frozenUntilMs - clock.monotonicMs();
        if (leftMs > 0) cancel = clock.after(leftMs, due);
        else wake();
      };
      let cancel = clock.after(ms, due);
      return () => cancel();
    },
  };

  get isFrozen(): boolean {
    return this.#options.clock.monotonicMs() < this.#frozenUntilMs;
  }

  freeze(ms: number): void {
    this.#frozenUntilMs = Math.max(this.#frozenUntilMs, this.#options.clock.monotonicMs() + ms);
  }

  /** Loses every message for this time. */
  cutOff(ms: number): void {
    this.#cutUntilMs = Math.max(this.#cutUntilMs, this.#options.clock.monotonicMs() + ms);
  }

  /** Does work at a server: the question and the answer take time, and some are lost. */
  async call<T>(work: () => T | Promise<T>): Promise<T> {
    await this.#travel();
    const answer = await work();
    await this.#travel();
    return answer;
  }

  /** Returns whether a message without an answer arrives. */
  arrives(): boolean {
    return this.#options.random() < 0.9 && this.#options.clock.monotonicMs() >= this.#cutUntilMs;
  }

  async #travel(): Promise<void> {
    const { random, latestMs, lost, clock } = this.#options;
    const ms = random() < 0.05 ? random() * latestMs : random() * 5;
    await new Promise<void>((resolve) => this.clock.after(ms, resolve));
    if (random() < 0.05 || clock.monotonicMs() < this.#cutUntilMs) throw lost();
  }
}
