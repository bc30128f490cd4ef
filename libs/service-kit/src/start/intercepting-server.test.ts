import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerUnreadableRequest } from '../problems/unreadable-request.ts';
import { interceptingServer } from './intercepting-server.ts';

let server: Server;
let exchanges: { request: IncomingMessage; response: ServerResponse }[];
let handler: (request: IncomingMessage, response: ServerResponse) => void;
const clients: Client[] = [];

const answerWithBody = (request: IncomingMessage, response: ServerResponse) => {
  text(request).then(
    (body) => response.end(`${request.url} ${body}`),
    () => undefined,
  );
};

beforeEach(async () => {
  exchanges = [];
  handler = answerWithBody;
  const front = interceptingServer();
  front.intercept((request, response) => {
    exchanges.push({ request, response });
    handler(request, response);
  });
  server = front.serverFactory(() => undefined).on('clientError', answerUnreadableRequest as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

class Client {
  received = '';
  isClosed = false;
  readonly socket: Socket;
  constructor() {
    this.socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    this.socket.setEncoding('latin1').on('data', (data: string) => (this.received += data));
    this.socket.on('error', () => undefined).on('close', () => (this.isClosed = true));
    clients.push(this);
  }
  get statuses(): number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }
}

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const post = (path: string, body: string, fields = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
const inChunks = (path: string, body: string, fields = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n${fields}\r\n` +
  `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

describe('pipelined requests', () => {
  it('are processed one at a time and answered in order', async () => {
    handler = () => undefined;
    const client = new Client();
    client.socket.write(get('/0') + post('/1', 'a\r\n\r\nb') + inChunks('/2', 'c') + get('/3'));
    for (const expected of [1, 2, 3, 4]) {
      await eventually(() => exchanges.length === expected && exchanges[expected - 1]?.request.complete);
      const { request, response } = exchanges[expected - 1]!;
      answerWithBody(request, response);
      await eventually(() => client.statuses.length === expected);
    }
    expect(exchanges.map(({ request }) => request.url)).toEqual(['/0', '/1', '/2', '/3']);
  });

  it('are neither parsed nor read while an earlier request has no answer, however many a client sends', async () => {
    handler = () => undefined;
    const client = new Client();
    const packet = Buffer.from(get('/').repeat(2_000));
    const sends = () => client.socket.write(packet) && setImmediate(sends);
    sends();
    client.socket.on('drain', sends);
    let before = -1;
    await eventually(
      () => client.socket.bytesWritten === before || void (before = client.socket.bytesWritten),
      { every: 200 },
    );
    expect(exchanges).toHaveLength(1);
    expect(client.socket.writableLength).toBeGreaterThan(0);
  });

  it('wait until a slow client has read the previous answer', async () => {
    handler = (_request, response) => response.end(Buffer.alloc(8 * 1_048_576));
    const client = new Client();
    client.socket.pause();
    client.socket.write(get('/').repeat(3));
    await eventually(() => exchanges.length === 1);
    client.socket.resume();
    await eventually(() => client.statuses.length === 3);
  });
});

describe('a client that does not read its answer', () => {
  it('loses its connection when no bytes were sent for too long; a client that reads slowly keeps it', async () => {
    handler = (_request, response) => response.end(Buffer.alloc(32 * 1_048_576));
    const [stuck, slow] = [new Client(), new Client()];
    for (const { socket } of [stuck, slow]) {
      socket.pause();
      socket.write(get('/'));
    }
    await eventually(() => exchanges.length === 2);
    const [first, second] = exchanges;
    const reading = setInterval(() => slow.socket.resume().once('data', () => slow.socket.pause()), 5);
    await eventually(() => first?.response.closed || second?.response.closed);
    clearInterval(reading);
    expect(slow.isClosed).toBe(false);
  });
});

describe('an offer to upgrade', () => {
  const UPGRADE = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n';
  it.each([
    ['without a body', get('/first', UPGRADE)],
    ['with a body', post('/first', 'hello', UPGRADE)],
    ['with a body in chunks', inChunks('/first', 'hello', UPGRADE)],
  ])('%s is ignored, and the next request in the same packet is answered', async (_what, first) => {
    const client = new Client();
    client.socket.write(first + get('/second'));
    await eventually(() => client.received.includes('/second'));
    expect(client.statuses).toEqual([200, 200]);
    expect(client.received).toContain('/first');
  });
});

describe('a client that sends FIN after its request', () => {
  it.each([
    ['HTTP/1.1', 1.1],
    ['HTTP/1.0', 1.0],
  ])('is answered over %s, however long the answer takes', async (_what, version) => {
    handler = () => undefined;
    const client = new Client();
    client.socket.end(`GET / HTTP/${version.toFixed(1)}\r\nHost: a\r\n\r\n`);
    await eventually(() => exchanges.length === 1);
    await eventually(() => exchanges[0]?.request.socket.readableEnded);
    exchanges[0]!.response.end('late');
    await eventually(() => client.isClosed);
    expect(client.received).toContain('late');
    // RFC 9110 §15.2: HTTP/1.0 has no interim responses.
    expect(client.statuses.includes(100)).toBe(version === 1.1);
  });

  it('is answered for all requests of its last packet', async () => {
    const client = new Client();
    client.socket.end(get('/1') + get('/2') + get('/3'));
    await eventually(() => client.isClosed);
    expect(client.statuses.filter((status) => status === 200)).toHaveLength(3);
  });

  it('is detected as gone when it closes the whole connection', async () => {
    handler = () => undefined;
    const client = new Client();
    client.socket.write(get('/'));
    const { response } = await eventually(() => exchanges[0]);
    client.socket.destroy();
    await eventually(() => response.closed);
  });

  it('counts as gone when a started answer makes no progress', async () => {
    handler = (_request, response) => void response.write('begun');
    const client = new Client();
    client.socket.write(get('/'));
    await eventually(() => client.received.includes('begun'));
    client.socket.end();
    await eventually(() => exchanges[0]?.response.closed);
  });
});

describe('input that Node handles before there is a request', () => {
  it.each([
    ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 501, 'not-implemented'],
    ['half a request', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe', 400, 'malformed-request'],
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400, 'malformed-request'],
    [
      'endless chunk extensions',
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;${'x'.repeat(20_000)}\r\n`,
      413,
      'payload-too-large',
    ],
  ])('is answered with a problem document: %s', async (_what, bytes, status, code) => {
    const client = new Client();
    client.socket.end(bytes);
    await eventually(() => client.isClosed);
    expect(client.statuses.filter((one) => one >= 200)).toEqual([status]);
    expect(JSON.parse(client.received.slice(client.received.lastIndexOf('\r\n\r\n')))).toMatchObject({
      code,
    });
  });

  it('is ignored when it is an unknown expectation', async () => {
    const client = new Client();
    client.socket.write(get('/', 'Expect: miracles\r\n'));
    await eventually(() => client.statuses.length === 1);
    expect(client.statuses).toEqual([200]);
  });
});

describe('connections beyond the limit of one address', () => {
  it('are refused with a problem document, and admitted again when others have closed', async () => {
    const open = async () => {
      const client = new Client();
      await new Promise((resolve) => client.socket.once('connect', resolve));
      return client;
    };
    while (clients.length < 1_024) await open();
    const refused = await open();
    await eventually(() => refused.isClosed);
    expect(refused.statuses).toEqual([503]);
    clients[0]!.socket.destroy();
    await eventually(async () => {
      const client = await open();
      client.socket.write(get('/'));
      await eventually(() => client.isClosed || client.statuses.length > 0);
      return client.statuses[0] === 200;
    });
  });
});
