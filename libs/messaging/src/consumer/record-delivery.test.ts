import { describe, expect, it } from '@jest/globals';
import { testDelivery } from '../../test/test-delivery.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';

const failure = (flags: object = {}) => Object.assign(new Error('no'), flags);

describe('the delivery of an event to a group with retry topics', () => {
  it('is done only once its copy is durable, and does not handle the event again meanwhile', async () => {
    const { broker, handler, attempt, isBlocked } = testDelivery();
    handler.error = failure();
    broker.failing = true;
    expect(await attempt()).toEqual(['leave', 'wait', 'hold']);
    expect(await attempt()).toEqual(['wait', 'hold']);
    broker.failing = false;
    expect(await attempt()).toEqual(['wait', 'done']);
    expect(handler.calls).toBe(1);
    expect(broker.published).toHaveLength(1);
    expect(broker.published[0]).toMatchObject({ topic: 'shop.retry.1s', headers: { 'retry-attempts': '1' } });
    expect(isBlocked()).toBe(true);
  });

  it('is done only once its dead letter is durable, and does not handle the event again meanwhile', async () => {
    const { deadLetters, handler, attempt, isBlocked, broker } = testDelivery();
    handler.error = failure({ retryable: false });
    deadLetters.failing = true;
    expect(await attempt()).toEqual(['hold']);
    expect(await attempt()).toEqual(['hold']);
    deadLetters.failing = false;
    expect(await attempt()).toEqual(['done']);
    expect(handler.calls).toBe(1);
    expect([...deadLetters.letters.values()]).toMatchObject([{ attempts: 1, eventId: 'event-1' }]);
    expect(broker.published).toEqual([]);
    expect(isBlocked()).toBe(false);
  });

  it('uses no attempt while infrastructure is unavailable', async () => {
    const { broker, handler, attempt } = testDelivery();
    handler.error = failure({ retryable: true, infrastructure: true });
    for (let hold = 0; hold < 10; hold += 1) expect(await attempt()).toEqual(['hold']);
    handler.error = failure();
    expect(await attempt()).toEqual(['leave', 'wait', 'done']);
    expect(broker.published[0]?.headers).toMatchObject({ 'retry-attempts': '1' });
  });

  it('uses no attempt, and proves nothing about infrastructure, when a pause held it up before it started', async () => {
    const { broker, handler, attempt, isBlocked } = testDelivery();
    handler.error = new AttemptHeldError();
    const held = attempt();
    handler.error = undefined;
    expect(await held).toEqual(['wait', 'done']);
    expect([broker.published, isBlocked()]).toEqual([[], false]);
  });
});
