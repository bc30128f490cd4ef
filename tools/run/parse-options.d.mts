/** Node's `parseArgs` for a command line: wrong usage ends the process with status 2 and one line that names the option. */
export declare const parseOptions: typeof import('node:util').parseArgs;
