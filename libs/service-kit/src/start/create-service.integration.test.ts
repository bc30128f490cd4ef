import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { type Server } from 'node:http';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { eventually } from '@groundwork/testing';
import { z } from 'zod';
import { requestContext } from '../context/request-context.ts';
import { HealthRegistry } from '../health/health-registry.ts';
import { createLogger } from '../logging/logger.ts';
import { ProblemError } from '../problems/problem.error.ts';
import { ZodPipe } from '../problems/zod.pipe.ts';
import { Shutdown } from '../shutdown/shutdown.ts';
import { createService } from './create-service.ts';

const Thing = z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ count: z.int().min(1) })) });

@Controller('things')
class ThingController {
  @Post()
  create(@Body(new ZodPipe(Thing)) thing: z.infer<typeof Thing>) {
    return { ...thing, context: requestContext() };
  }

  @Get('broken')
  broken() {
    throw new Error('the password is hunter2');
  }

  @Get(':id')
  read(
    @Param(
      'id',
      new ZodPipe(z.string().regex(/^\d+$/, 'expected digits'), { code: 'invalid-id', in: 'path' }),
    )
    id: string,
  ) {
    throw new ProblemError({
      status: 503,
      code: 'shard-unavailable',
      detail: id,
      headers: { 'retry-after': '1' },
    });
  }
}

@Module({ controllers: [ThingController] })
class ThingModule {}

describe('a service', () => {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    app = await createService({
      module: ThingModule,
      logger: createLogger({ service: 'things', level: 'debug', destination }),
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    fetch(`${url}/things`, { method: 'POST', body, headers });

  it('answers a bad body with a problem document that points to each fault', async () => {
    const response = await post(JSON.stringify({ name: 1, parts: [{ count: 0, 'a/b': true }] }));
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as { code: string; errors: { pointer: string }[] };
    expect(problem.code).toBe('invalid-request');
    expect(problem.errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/name',
      '/parts/0/a~1b',
      '/parts/0/count',
    ]);
  });

  it.each([
    ['malformed JSON', '{"name":', 'application/json', 400, 'malformed-json'],
    ['an empty body', '', 'application/json', 400, 'malformed-json'],
    ['a form', 'name=x', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['plain text', 'name', 'text/plain', 415, 'unsupported-media-type'],
    [
      'two megabytes',
      JSON.stringify({ name: 'x'.repeat(2_000_000) }),
      'application/json',
      413,
      'payload-too-large',
    ],
  ])('answers %s with the right status and code', async (_what, body, type, status, code) => {
    const response = await post(body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, status, instance: '/things' });
  });

  const bytes = (...inner: number[]) =>
    Buffer.concat([Buffer.from('{"parts":[],"name":"Jos'), Buffer.from(inner), Buffer.from('"}')]);

  it.each([
    ['Latin-1', bytes(0xe9), 'application/json', 400],
    ['a character that is cut off', bytes(0xe2, 0x82), 'application/json', 400],
    ['an overlong form', bytes(0xc0, 0xaf), 'application/json', 400],
    ['half of a surrogate pair', bytes(0xed, 0xa0, 0xbd), 'application/json', 400],
    ['U+FFFD before an invalid byte', bytes(0xef, 0xbf, 0xbd, 0xff), 'application/json', 400],
    ['Latin-1 with its charset declared', bytes(0xe9), 'application/json; charset=ISO-8859-1', 415],
    ['UTF-16', Buffer.from('{"name":"José","parts":[]}', 'utf16le'), 'application/json; charset=utf-16', 415],
  ])('refuses a body that is not in UTF-8: %s', async (_what, body, type, status) => {
    const response = await fetch(`${url}/things`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    expect(response.status).toBe(status);
    const { code, detail } = (await response.json()) as { code: string; detail: string };
    expect(code).toBe(status === 400 ? 'malformed-json' : 'unsupported-media-type');
    if (status === 400) expect(detail).toContain(`byte ${body.includes(0xff) ? 26 : 23} `);
  });

  it.each([
    ['half of a surrogate pair', String.raw`{"name":"\ud83d","parts":[]}`, '/name'],
    ['a pair in the wrong order', String.raw`{"name":"\udca5\ud83d","parts":[]}`, '/name'],
    ['U+0000', String.raw`{"name":"a\u0000b","parts":[]}`, '/name'],
    [
      'U+0000 in a nested field',
      String.raw`{"name":"a","parts":[{"count":1,"x/y":["\u0000"]}]}`,
      '/parts/0/x~1y/0',
    ],
    ['half of a pair in the name of a field', String.raw`{"\ud83d":1}`, '/\ud83d'],
  ])('names the field that holds %s', async (_what, body, pointer) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    const problem = (await response.json()) as { code: string; errors: object[] };
    expect(problem.code).toBe('invalid-request');
    expect(problem.errors).toEqual([
      { pointer, detail: 'expected no U+0000 and no half of a surrogate pair' },
    ]);
  });

  it('accepts well-formed text unchanged, escaped or not', async () => {
    const response = await post(String.raw`{"name":"José 💥 \ud83d\udca5 \u00e9 \\u0000 \ufffd","parts":[]}`);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ name: 'José 💥 💥 é \\u0000 \ufffd' });
  });

  it('refuses a faulty string at any depth', async () => {
    const depth = 20_000;
    const response = await post(`${'['.repeat(depth)}"\\u0000"${']'.repeat(depth)}`);
    expect(response.status).toBe(400);
  });

  it.each([
    '/things/%FF',
    '/things/%ED%A0%80',
    '/things/1%00',
    '/things/1?x=%FF',
    '/things/1?x=%00',
    '/things/1?x=100%',
  ])('refuses the URL %s with a problem document', async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'malformed-request', instance: path.split('?')[0] });
  });

  it('answers an error with its status, code and headers, and with the request id', async () => {
    const response = await fetch(`${url}/things/17`, { headers: { 'x-request-id': 'abc-1' } });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('x-request-id')).toBe('abc-1');
    expect(await response.json()).toMatchObject({
      code: 'shard-unavailable',
      retryable: true,
      requestId: 'abc-1',
    });
    expect(await (await fetch(`${url}/things/x`)).json()).toMatchObject({
      code: 'invalid-id',
      errors: [{ pointer: '/path', detail: 'expected digits' }],
    });
  });

  it('writes the message of an unknown error only to the log, with the request id', async () => {
    const response = await fetch(`${url}/things/broken`, { headers: { 'x-request-id': 'abc-2' } });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(lines.find((line) => line['requestId'] === 'abc-2')).toMatchObject({
      level: 'error',
      service: 'things',
      err: { message: 'the password is hunter2' },
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('logs no error when a client disconnects before its body is complete', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\nX-Request-Id: left\r\n\r\n{',
    );
    const line = await eventually(() => {
      socket.destroySoon();
      return lines.find(({ requestId }) => requestId === 'left');
    });
    expect(line).toMatchObject({ level: 'debug', msg: 'the client disconnected during its request' });
  });

  it('continues the trace of the caller with a new span', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const response = await post(JSON.stringify({ name: 'x', parts: [] }), {
      'content-type': 'application/json',
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
    });
    const { context } = (await response.json()) as { context: { traceparent: string } };
    expect(context.traceparent).toMatch(new RegExp(`^00-${trace}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
  });

  it('is ready while its critical dependencies are ready', async () => {
    const ready = () => fetch(`${url}/health/ready`);
    expect((await ready()).status).toBe(200);
    app.get(HealthRegistry).readiness('database', () => Promise.reject(new Error('gone')));
    const response = await ready();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ checks: { database: { error: 'gone' } } });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('counts requests by route, not by path', async () => {
    await fetch(`${url}/things/4711`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('route="/things/:id"');
    expect(metrics).not.toContain('things/4711');
  });

  it('answers an unknown path with a problem document', async () => {
    const response = await fetch(`${url}/nowhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not-found', instance: '/nowhere' });
  });
});

describe('a service that shuts down', () => {
  it('waits for the request in flight but not for clients with an incomplete request', async () => {
    const slow = Promise.withResolvers<void>();
    @Controller()
    class SlowController {
      @Get('slow')
      async answer() {
        await slow.promise;
        return { isDone: true };
      }
    }
    @Module({ controllers: [SlowController] })
    class SlowModule {}
    const app = await createService({
      module: SlowModule,
      logger: createLogger({ service: 'slow', level: 'silent' }),
    });
    await app.listen(0, '127.0.0.1');
    const { port } = new URL(await app.getUrl());
    const [silent, halfway] = [connect(Number(port), '127.0.0.1'), connect(Number(port), '127.0.0.1')];
    const ended = Promise.all([silent, halfway].map((socket) => once(socket.resume(), 'close')));
    halfway.write('GET /slow HTTP/1.1\r\nHost: x\r\n');
    const answer = fetch(`http://127.0.0.1:${port}/slow`);
    await eventually(() => countOf(app.getHttpServer() as Server).then((count) => count === 3));

    const shutDown = app.get(Shutdown).run();
    await ended;
    slow.resolve();
    const { headers, json } = await answer.then(async (response) => ({
      headers: response.headers,
      json: await response.json(),
    }));
    expect(json).toEqual({ isDone: true });
    expect(headers.get('connection')).toBe('close');
    expect(await shutDown).toBe(true);
  });
});

const countOf = (server: Server) =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
