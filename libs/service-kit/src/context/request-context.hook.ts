import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type RequestContext, runInContext } from './request-context.ts';
import { continueTrace } from './traceparent.ts';

const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** Gives every request its context and sets `X-Request-Id` in the response. */
export function addRequestContext(fastify: FastifyInstance): void {
  const contexts = new WeakMap<FastifyRequest, RequestContext>();

  fastify.addHook('onRequest', (request, reply, done) => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const traceparent = continueTrace(request.headers.traceparent as string | undefined);
    const context = { requestId, traceparent };
    contexts.set(request, context);
    void reply.header('x-request-id', requestId);
    runInContext(context, done);
  });

  // The body arrives in socket events that run outside the context, so the context is entered again.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const context = contexts.get(request);
    if (context === undefined) done();
    else runInContext(context, done);
  });
}
