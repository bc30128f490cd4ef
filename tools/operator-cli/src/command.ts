import { type Output } from './output.ts';

/** An option of a command, in the form that `parseArgs` and the help text use. */
export interface CliOption {
  readonly type: 'string' | 'boolean';
  /** The placeholder for the value in the help. */
  readonly value?: string;
  readonly about: string;
  readonly short?: string;
  readonly default?: string;
}

export type CliOptions = Readonly<Record<string, CliOption>>;

/** The input of a command. `admin` is the part of the admin API that its command line uses. */
export interface Invocation<Admin> {
  readonly admin: Admin;
  readonly output: Output;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/** One command. `run` resolves with the exit status and writes its result to `output`. */
export interface Command<Admin> {
  readonly usage: string;
  readonly about: string;
  /** The command's own options, in addition to `COMMON_OPTIONS`. */
  readonly options: CliOptions;
  /** The minimum and maximum number of positional arguments. */
  readonly words: readonly [least: number, most: number];
  run(invocation: Invocation<Admin>): Promise<number>;
}
