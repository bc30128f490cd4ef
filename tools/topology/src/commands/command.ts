import { type ParseArgsOptionsConfig } from 'node:util';

export interface Options {
  readonly project: string;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/** One command of the CLI. `run` resolves with the exit status. */
export interface Command {
  readonly usage: string;
  readonly about: string;
  readonly options?: ParseArgsOptionsConfig;
  /** All arguments after the first word belong to that word, including options. */
  readonly passesArguments?: boolean;
  run(options: Options): Promise<number>;
}
