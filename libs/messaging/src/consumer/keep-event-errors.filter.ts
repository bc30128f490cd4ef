import { Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';

/**
 * Hands the error of an event handler to the strategy as it is. Without it Nest answers, as if to a remote caller, with
 * `{ status: 'error', message: 'Internal server error' }`, and whether the error was retryable is lost. Put it on
 * controllers with event handlers by `@UseFilters`, or make it a global filter of the microservice.
 */
@Catch()
export class KeepEventErrors implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
