import { describe, expect, it } from '@jest/globals';
import {
  credentialOf,
  documentOf,
  queryOf,
  skipsTest,
  WHOLE_DOCUMENT,
} from '../../../lib/registry/registry-request.ts';
import { request } from '../../support/fake-ports.ts';

describe('a request to the registry', () => {
  it('names the credential in its path', () => {
    expect(credentialOf({ path: '/credentials/a/b' })).toEqual({ team: 'a', name: 'b' });
    expect(credentialOf({ path: '/credentials/a/b/rotate' })).toEqual({ team: 'a', name: 'b' });
    for (const path of ['/credentials/A/b', '/credentials/a', '/credentials/a/%62'])
      expect(() => credentialOf({ path })).toThrow(
        /^The credential in the path must be team\/name/,
      );
  });

  it('has a JSON object as its body', () => {
    const bodyOf = (body: string, type: string = WHOLE_DOCUMENT) =>
      documentOf(request({ body, headers: { 'content-type': type } }), WHOLE_DOCUMENT);
    expect(bodyOf('\uFEFF{"a":1}')).toEqual({ a: 1 });
    for (const body of ['', '[]', 'null', '"x"', '{'])
      expect(() => bodyOf(body)).toThrow('The body must be a JSON object.');
    expect(() => bodyOf('{}', 'text/plain')).toThrow('Content-Type must be application/json.');
    expect(() => bodyOf('x'.repeat(65_537))).toThrow('The body must be at most 65536 bytes.');
  });

  it('has at most one parameter in its query', () => {
    expect(skipsTest({ query: '' })).toBe(false);
    expect(skipsTest({ query: 'test=skip' })).toBe(true);
    expect(() => skipsTest({ query: 'test=no' })).toThrow('test must be skip.');
    for (const query of ['x=1', 'test=skip&test=skip', 'test=skip&x', '&'])
      expect(() => skipsTest({ query })).toThrow(
        'The query must have no other parameter than test, once.',
      );
    expect(() => queryOf({ query: 'x' })).toThrow('This route has no parameters in the query.');
  });
});
