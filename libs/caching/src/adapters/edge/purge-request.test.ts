import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, EdgeApi } from '../../../test/edge-api.ts';
import { sendPurge } from './purge-request.ts';

describe('a purge request', () => {
  let api: EdgeApi;
  beforeEach(async () => {
    api = await EdgeApi.start(() => ({}));
  });
  afterEach(() => api.stop());
  const send = (options: object = {}, signal?: AbortSignal) =>
    sendPurge({ method: 'POST', url: `${api.url}/secret?token=secret`, headers: {} }, options, signal);
  const failure = async (answer: Answer | 'hang' | 'drop', options: object = {}) => {
    api.answers.push(answer);
    return send(options).then(
      () => undefined,
      (error: unknown) => error as { retryable: boolean; retryAfterMs?: number; message: string },
    );
  };

  it('returns the text of the response', async () => {
    api.answers.push({ status: 202, body: 'done' });
    expect(await send()).toBe('done');
  });

  it.each([400, 413, 414, 422, 431])('is refused with the status %i', async (status) => {
    const error = await failure({ status, headers: { location: '/elsewhere' } });
    expect(error).toMatchObject({ code: 'cache-edge-refused', retryable: false });
    expect(error?.message).toBe(`the edge refused the purge: POST ${api.url}: status ${status}`);
    expect(api.requests).toHaveLength(1);
  });

  it.each([301, 307, 401, 403, 404, 405, 408, 425, 500, 502, 503, 504])(
    'may be retried after the status %i',
    async (status) => {
      expect(await failure({ status, headers: { location: '/elsewhere' } })).toMatchObject({
        ...{ code: 'cache-edge-unavailable', retryable: true, retryAfterMs: undefined },
        message: `the edge did not confirm the purge: POST ${api.url}: status ${status}`,
      });
    },
  );

  it('states how long the edge asks to wait', async () => {
    const wait = async (field: string) =>
      (await failure({ status: 429, headers: { 'retry-after': field } }))?.retryAfterMs;
    expect(await wait('120')).toBe(120_000);
    expect(await wait(new Date(Date.now() - 5_000).toUTCString())).toBe(0);
    const ms = await wait(new Date(Date.now() + 3_600_000).toUTCString());
    expect(ms).toBeGreaterThan(3_000_000);
    expect(ms).toBeLessThanOrEqual(3_600_000);
    expect(await failure({ status: 503, headers: { 'retry-after': 'soon' } })).toMatchObject({
      retryAfterMs: undefined,
    });
  });

  it('waits for a second after 429 without a valid Retry-After', async () => {
    expect(await failure({ status: 429 })).toMatchObject({ retryable: true, retryAfterMs: 1_000 });
    expect(await failure({ status: 429, headers: { 'retry-after': 'soon' } })).toMatchObject({
      retryAfterMs: 1_000,
    });
  });

  it('may be retried after a lost connection, and when no response arrives in time', async () => {
    expect(await failure('drop')).toMatchObject({
      retryable: true,
      message: expect.stringContaining('no response'),
    });
    expect(await failure('hang', { timeoutMs: 20 })).toMatchObject({
      ...{ retryable: true, message: expect.stringContaining('no response within 20 ms') },
    });
  });

  it('ends when its caller aborts it', async () => {
    const abort = new AbortController();
    api.answers.push('hang');
    const sending = send({}, abort.signal);
    abort.abort();
    await expect(sending).rejects.toMatchObject({ code: 'cache-edge-unavailable', retryable: true });
  });
});
