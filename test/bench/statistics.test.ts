import { describe, expect, it } from '@jest/globals';
import { measurePaired, microseconds } from '../../bench/paired.ts';
import { differences, quantile, ratios, summarise } from '../../bench/statistics.ts';

describe('samples', () => {
  it('are summed up by median and quartiles, whatever their order', () => {
    expect(summarise([9, 1, 5, 3, 7])).toEqual({ median: 5, low: 3, high: 7 });
    expect(summarise([4])).toEqual({ median: 4, low: 4, high: 4 });
  });

  it('lie in proportion between their neighbours', () => {
    expect(quantile([10, 20], 0.25)).toBe(12.5);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
  });

  it('do not say anything where there are none', () => {
    expect(() => quantile([], 0.5)).toThrow('no sample was taken');
  });

  it('are compared within their round, so that a machine that slows down in between drops out', () => {
    expect(ratios([20, 200, 2_000], [10, 100, 1_000])).toEqual([2, 2, 2]);
    expect(differences([12, 102], [10, 100])).toEqual([2, 2]);
  });

  it('are not compared where they have no pair', () => {
    expect(() => ratios([1, 2], [1])).toThrow('a ratio needs pairs');
    expect(() => differences([1], [1, 2])).toThrow('a difference needs pairs');
  });
});

describe('measuring in pairs', () => {
  it('goes A B A B, and throws the warm-up away', async () => {
    const order: string[] = [];
    const probe = (name: string) => () => order.push(name);
    const samples = await measurePaired({ a: probe('a'), b: probe('b') }, 2, 1);
    expect(order.join('')).toBe('ababab');
    expect(samples).toEqual({ a: [3, 5], b: [4, 6] });
  });

  it('counts a batch as its mean call', async () => {
    let calls = 0;
    const sample = await microseconds(() => {
      calls += 1;
    }, 100)();
    expect(calls).toBe(100);
    expect(sample).toBeGreaterThan(0);
  });
});
