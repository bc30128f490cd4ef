import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.ts';

describe('a circuit breaker', () => {
  let now = 0;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    now = 0;
    breaker = new CircuitBreaker({ failuresToOpen: 3, openForMs: 500, now: () => now });
  });
  const fail = (times: number) => Array.from({ length: times }, () => breaker.failed());

  it('stays closed when a success interrupts the failures', () => {
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.mayTry()).toBe(true);
  });

  it('opens after consecutive failures and stops callers', () => {
    fail(3);
    expect(breaker.mayTry()).toBe(false);
    now = 499;
    expect(breaker.mayTry()).toBe(false);
  });

  it('lets one caller try after the open time', () => {
    fail(3);
    now = 500;
    expect(breaker.mayTry()).toBe(true);
    expect(breaker.mayTry()).toBe(false);
  });

  it('reports whether it is open', () => {
    fail(2);
    expect(breaker.isOpen).toBe(false);
    fail(1);
    expect(breaker.isOpen).toBe(true);
    breaker.succeeded();
    expect(breaker.isOpen).toBe(false);
  });

  it('opens for 500 ms after three consecutive failures by default', () => {
    const usual = new CircuitBreaker({ now: () => now });
    for (const isOpen of [false, false, true]) {
      usual.failed();
      expect(usual.isOpen).toBe(isOpen);
    }
    now = 499;
    expect(usual.mayTry()).toBe(false);
    now = 500;
    expect(usual.mayTry()).toBe(true);
  });

  it('has a default clock', () => {
    const usual = new CircuitBreaker({ failuresToOpen: 1, openForMs: 3_600_000 });
    usual.failed();
    expect(usual.mayTry()).toBe(false);
  });

  it('closes when the trial call succeeds and opens again when it fails', () => {
    fail(3);
    now = 500;
    breaker.mayTry();
    breaker.failed();
    now = 999;
    expect(breaker.mayTry()).toBe(false);
    now = 1_000;
    expect(breaker.mayTry()).toBe(true);
    breaker.succeeded();
    expect(breaker.mayTry()).toBe(true);
    expect(breaker.mayTry()).toBe(true);
  });

  it('lets another caller try when the first one never reports', () => {
    fail(3);
    now = 500;
    expect(breaker.mayTry()).toBe(true);
    now = 1_000;
    expect(breaker.mayTry()).toBe(true);
  });
});
