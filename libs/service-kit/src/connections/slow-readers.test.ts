import { describe, expect, it } from '@jest/globals';
import { type Socket } from 'node:net';
import { SlowReaders } from './slow-readers.ts';

describe('a client that does not read its answer', () => {
  let now = 0;
  const start = () => {
    now = 0;
    const state = { bytesWritten: 1_000, writableLength: 500, isDestroyed: false };
    const socket = Object.assign(state, { destroy: () => (state.isDestroyed = true) }) as never as Socket;
    const readers = new SlowReaders({ longestMs: 10_000, now: () => now });
    const lookAt = (milliseconds: number) => {
      now = milliseconds;
      readers.look([socket]);
      return state.isDestroyed;
    };
    return { state, lookAt };
  };

  it('loses its connection when no bytes were sent for longestMs', () => {
    const { lookAt } = start();
    expect([0, 9_999, 10_000].map(lookAt)).toEqual([false, false, true]);
  });

  it('keeps its connection while bytes are sent, even when more are written meanwhile', () => {
    const { state, lookAt } = start();
    for (let seconds = 0; seconds < 60; seconds += 9) {
      state.bytesWritten += 100;
      state.writableLength += 99;
      expect(lookAt(seconds * 1_000)).toBe(false);
    }
  });

  it('keeps its connection while there is nothing to read', () => {
    const { state, lookAt } = start();
    lookAt(0);
    state.writableLength = 0;
    expect(lookAt(9_000)).toBe(false);
    state.writableLength = 500;
    expect([9_500, 19_000, 19_500].map(lookAt)).toEqual([false, false, true]);
  });
});
