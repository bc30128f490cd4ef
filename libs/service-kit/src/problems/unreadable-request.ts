import { type OutgoingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { closeWithProblem } from './close-with-problem.ts';
import { ProblemError } from './problem.error.ts';

/** Bytes that Node's parser refuses never become a request; this is their problem document, and the connection's end. */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET' || answerHasBegun(socket)) socket.destroy();
  else closeWithProblem(socket, toProblem(error.code));
}

/** A second answer in the middle of the first would be read as part of it. Node's own handler looks at the same field. */
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
      return new ProblemError({ status: 408, code: 'request-timeout', detail: 'The request took too long.' });
    default:
      return new ProblemError({ status: 400, code: 'malformed-request', detail: 'This is not valid HTTP.' });
  }
}
