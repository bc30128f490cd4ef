import { type OutgoingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { closeWithProblem } from './close-with-problem.ts';
import { ProblemError } from './problem.error.ts';

/** Answers bytes that Node's parser rejects with a problem document, and closes the connection. */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET' || answerHasBegun(socket)) socket.destroy();
  else closeWithProblem(socket, toProblem(error.code));
}

/** The client would read a second response as part of the first. Node's own handler checks the same field. */
function answerHasBegun(socket: Socket): boolean {
  return (socket as Socket & { _httpMessage?: OutgoingMessage })._httpMessage?.headersSent === true;
}

function toProblem(code: string | undefined): ProblemError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError({ status: 431, code: 'headers-too-large', detail: 'The header is too large.' });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ProblemError({
        status: 413,
        code: 'payload-too-large',
        detail: 'The extensions of the chunks are too large.',
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError({ status: 408, code: 'request-timeout', detail: 'The request was too slow.' });
    default:
      return new ProblemError({ status: 400, code: 'malformed-request', detail: 'This is not valid HTTP.' });
  }
}
