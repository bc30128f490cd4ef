import { describe, expect, it } from '@jest/globals';
import { type EventsRun, faultsOfEvents } from './events-verdict.ts';

const counts = { placed: 100, reserved: 95, outcomes: 100 };
const sound: EventsRun = {
  ledger: {
    ...{
      accepted: 100,
      stored: 100,
      published: 100,
      processed: 100,
      confirmed: 90,
      rejected: 10,
      charged: 90,
    },
    lost: [],
    duplicated: [],
  },
  orders: 100,
  published: counts,
  copies: 5,
  remembered: counts,
  lagging: [],
  deadLetters: 0,
  planned: ['kill', 'broker'],
  done: { kill: 1, rebalance: 0, broker: 1, postgres: 0, zombie: 0 },
};

describe('the verdict on a run of events', () => {
  it('has no faults when all figures agree', () => {
    expect(faultsOfEvents(sound)).toEqual([]);
  });

  it.each<[string, Partial<EventsRun>]>([
    ['100 orders accepted, not 101', { orders: 101 }],
    ['lost: 1, e.g. order 7', { ledger: { ...sound.ledger, lost: ['order 7'] } }],
    ['duplicated: 1, e.g. order 8', { ledger: { ...sound.ledger, duplicated: ['order 8'] } }],
    ['99 orders stored, not 100', { ledger: { ...sound.ledger, stored: 99 } }],
    ['101 outcomes were published, not 100', { published: { ...counts, outcomes: 101 } }],
    ['reserved: 95 events published, 94 in the inbox', { remembered: { ...counts, reserved: 94 } }],
    [
      'order-service has not finished 3 records of payments.events',
      { lagging: [{ group: 'order-service', topic: 'payments.events', records: 3 }] },
    ],
    ['1 dead letters', { deadLetters: 1 }],
    ['2 of 295 events were published again', { copies: 2 }],
    ['kill: 1 times, not 2', { planned: ['kill', 'broker', 'kill'] }],
  ])('detects: %s', (fault, change) => {
    expect(faultsOfEvents({ ...sound, ...change })).toContain(fault);
  });
});
