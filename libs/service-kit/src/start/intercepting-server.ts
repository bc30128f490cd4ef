import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** Sees every request before Fastify does; true means that it answers the request itself. */
export type RequestInterceptor = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * An HTTP server with a place in front of Fastify, for a hot path that wants neither its hooks nor its parsers. The
 * interceptor may be set later than the server is made, because it comes from the container that Nest builds around it.
 */
export function interceptingServer() {
  let interceptor: RequestInterceptor = () => false;
  return {
    intercept(by: RequestInterceptor): void {
      interceptor = by;
    },
    serverFactory(toFastify: (request: IncomingMessage, response: ServerResponse) => void): Server {
      // Node answers a missing Host with an empty 400; the interceptor does it with a problem document.
      const server = createServer({ requireHostHeader: false }, (request, response) => {
        if (!interceptor(request, response)) toFastify(request, response);
      });
      // Node would ask for the body at once; the interceptor asks when it wants it, or refuses before it is sent.
      server.on('checkContinue', (request, response) => {
        if (interceptor(request, response)) return;
        response.writeContinue();
        toFastify(request, response);
      });
      server.keepAliveTimeout = 72_000;
      return server;
    },
  };
}
