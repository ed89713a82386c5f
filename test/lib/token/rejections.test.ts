import { describe, expect, it } from '@jest/globals';
import { Rejections } from '../../../lib/token/rejections.ts';

const token = (generation: number) => ({ accessToken: `t${generation}`, generation });

describe('the rejections of an API', () => {
  it('name the rejected token until another one replaces it', () => {
    const rejections = new Rejections();
    expect(rejections.pending).toBeUndefined();
    rejections.reject(token(1));
    expect(rejections.pending).toBe('t1');
    rejections.settle();
    expect(rejections.pending).toBeUndefined();
  });

  it('concern all tokens if two in a row were rejected', () => {
    const rejections = new Rejections();
    expect([1, 2, 3].map((number) => rejections.reject(token(number)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('concern one token if the API accepted it before, or a token between the two', () => {
    const rejections = new Rejections();
    rejections.reject(token(1));
    rejections.accept(2);
    // A late response to a request with an older token.
    rejections.accept(1);
    expect(rejections.reject(token(2))).toBe(false);
    expect(rejections.reject(token(4))).toBe(false);
  });
});
