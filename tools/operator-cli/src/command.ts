import { type Output } from './output.ts';

/** An option of a command, as `parseArgs` takes it and as the help shows it. */
export interface CliOption {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly about: string;
  readonly short?: string;
  readonly default?: string;
}

export type CliOptions = Readonly<Record<string, CliOption>>;

/** What a command is given. `admin` is the part of the admin API that its command line is about. */
export interface Invocation<Admin> {
  readonly admin: Admin;
  readonly output: Output;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/** One command. Resolves with the exit status; what it found goes to `output`. */
export interface Command<Admin> {
  readonly usage: string;
  readonly about: string;
  /** Its own, beside `COMMON_OPTIONS`. */
  readonly options: CliOptions;
  /** How many words it takes at least and at most. */
  readonly words: readonly [least: number, most: number];
  run(invocation: Invocation<Admin>): Promise<number>;
}
