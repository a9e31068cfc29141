import { DomusError } from '@domus/contract';
import { expect, it } from 'vitest';
import { Throttle } from './throttle.ts';

function clocked() {
  let now = 0;
  const throttle = new Throttle(() => now);
  /** Seconds that the key has to wait. */
  const wait = (key: string): number => {
    try {
      throttle.check(key);
      return 0;
    } catch (error) {
      expect(error).toBeInstanceOf(DomusError);
      const { code, parameters } = error as DomusError;
      expect(code).toBe('TOO_MANY_REQUESTS');
      return Number(parameters['seconds']);
    }
  };
  return { throttle, wait, pass: (seconds: number) => (now += seconds * 1000) };
}

it('lets four failures pass, and makes each further one wait twice as long, up to a minute', () => {
  const { throttle, wait, pass } = clocked();
  const waits = Array.from({ length: 13 }, () => {
    throttle.failed('a');
    const seconds = wait('a');
    pass(seconds);
    expect(wait('a')).toBe(0);
    return seconds;
  });
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

it('keeps keys apart, and forgets one that got it right or stayed away', () => {
  const { throttle, wait, pass } = clocked();
  for (let count = 0; count < 8; count++) throttle.failed('a');
  expect([wait('a'), wait('b')]).toEqual([8, 0]);
  throttle.succeeded('a');
  throttle.failed('a');
  expect(wait('a')).toBe(0);
  for (let count = 0; count < 6; count++) throttle.failed('a');
  pass(16 * 60);
  throttle.failed('a');
  expect(wait('a')).toBe(0);
});
