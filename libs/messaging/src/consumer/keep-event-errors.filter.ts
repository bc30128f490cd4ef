import { Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Passes the error of an event handler to the strategy unchanged. Without this filter Nest answers, as if to a remote
 * caller, with `{ status: 'error', message: 'Internal server error' }`, and the information whether the error is retryable
 * is lost. Add it to controllers with event handlers by `@UseFilters`, or make it a global filter of the microservice.
 */
@Catch()
export class KeepEventErrors implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
