import { type FieldError } from '@groundwork/contracts';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { type z } from 'zod';
import { jsonPointer } from './json-pointer.ts';
import { ProblemError } from './problem.error.ts';

export interface ZodPipeOptions {
  /** The problem's code. Default: `invalid-request`. */
  readonly code?: string;
  /** The part of the request that holds the value. Default: `body`. */
  readonly in?: 'body' | 'query' | 'path';
}

/** Returns a value that matches the schema. Answers any other with 400 and names each fault by an RFC 6901 pointer. */
@Injectable()
export class ZodPipe<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  private readonly schema: S;
  private readonly options: ZodPipeOptions;

  constructor(schema: S, options: ZodPipeOptions = {}) {
    this.schema = schema;
    this.options = options;
  }

  transform(value: unknown): z.output<S> {
    const result = this.schema.safeParse(value);
    if (result.success) return result.data;
    const place = this.options.in ?? 'body';
    throw new ProblemError({
      status: 400,
      code: this.options.code ?? 'invalid-request',
      detail: `The ${place} of the request is invalid: see the list of errors.`,
      errors: result.error.issues.flatMap((issue) => fieldErrors(issue, place)),
    });
  }
}

function fieldErrors(issue: z.core.$ZodIssue, place: string): FieldError[] {
  const at = (path: readonly PropertyKey[]) => jsonPointer(place === 'body' ? path : [place, ...path]);
  if (issue.code !== 'unrecognized_keys') return [{ pointer: at(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: at([...issue.path, key]), detail: 'unknown field' }));
}
