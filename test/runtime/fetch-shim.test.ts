import { describe, expect, it } from '@jest/globals';
import { Headers, Response } from '../../runtime/fetch-shim.ts';

describe('headers', () => {
  it('have names in any case, and values that are text', () => {
    const headers = new Headers({ 'Content-Type': 'text/plain' });
    headers.set('Retry-After', 5 as never);
    expect(headers.get('content-TYPE')).toBe('text/plain');
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('accept')).toBeNull();
    expect([headers.has('CONTENT-type'), headers.has('accept')]).toEqual([true, false]);
  });

  it('join what is appended, and lose what is deleted', () => {
    const headers = new Headers();
    headers.append('Accept', 'a/b');
    headers.append('accept', 'c/d');
    expect(headers.get('accept')).toBe('a/b, c/d');
    headers.delete('ACCEPT');
    expect(headers.has('accept')).toBe(false);
  });

  it('are listed in lower case, by whatever way', () => {
    const headers = new Headers(new Headers({ A: '1', B: '2' }));
    const listed: string[][] = [];
    headers.forEach((value, name) => {
      listed.push([name, value]);
    });
    expect(listed).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect([...headers]).toEqual(listed);
    expect([...headers.entries()]).toEqual(listed);
    expect(Object.prototype.toString.call(headers)).toBe('[object Headers]');
  });
});

describe('a response', () => {
  it('has status, headers and a body that is read once', async () => {
    const response = new Response('{"a":1}', { status: 201, headers: { 'X-A': 'b' } });
    expect([response.status, response.ok, response.headers.get('x-a')]).toEqual([201, true, 'b']);
    expect([response.body, response.bodyUsed]).toEqual([null, false]);
    await expect(response.json()).resolves.toEqual({ a: 1 });
    expect(response.bodyUsed).toBe(true);
    await expect(response.text()).rejects.toThrow('Body is unusable');
    expect(Object.prototype.toString.call(response)).toBe('[object Response]');
  });

  it('is 200 and empty unless it is told otherwise', async () => {
    const response = new Response(null);
    expect(response.status).toBe(200);
    await expect(response.text()).resolves.toBe('');
  });

  it.each([199, 300, 404, 500])('is not ok with status %i', (status) => {
    expect(new Response('', { status }).ok).toBe(false);
  });

  it('is copied whole, each copy with a body of its own', async () => {
    const response = new Response('text', { status: 404, headers: { a: 'b' } });
    const copy = response.clone();
    await response.text();
    await expect(copy.text()).resolves.toBe('text');
    expect([copy.status, copy.headers.get('a')]).toEqual([404, 'b']);
  });
});
