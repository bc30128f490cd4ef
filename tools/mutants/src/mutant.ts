export type MutantStatus =
  'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'CompileError' | 'RuntimeError' | 'Pending';

/** One change in one place, and whether a test detected it. */
export interface Mutant {
  /** Relative to the workspace. */
  readonly file: string;
  /** Starts at 1. */
  readonly lineNumber: number;
  /** The line on which the change starts, without its indentation. */
  readonly line: string;
  readonly was: string;
  readonly is: string;
  readonly status: MutantStatus;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** The part of Stryker's report (mutation-testing-report-schema) that this tool reads. Lines and columns start at 1. */
export interface MutationReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly replacement: string;
          readonly status: MutantStatus;
          readonly location: { readonly start: Position; readonly end: Position };
        }[];
      }
    >
  >;
}

export function mutantsOf(report: MutationReport): readonly Mutant[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.map(({ replacement, status, location: { start, end } }) => ({
      file,
      lineNumber: start.line,
      line: (lines[start.line - 1] ?? '').trim(),
      was: onOneLine(textBetween(lines, start, end)),
      is: onOneLine(replacement),
      status,
    }));
  });
}

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  const within = lines.slice(start.line - 1, end.line);
  const last = within.length - 1;
  return within
    .map((line, index) =>
      line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
    )
    .join('\n');
}

function onOneLine(code: string): string {
  return code.replaceAll(/\s+/g, ' ').trim();
}
