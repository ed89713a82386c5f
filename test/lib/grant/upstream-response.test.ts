import { describe, expect, it } from '@jest/globals';
import {
  isErrorResponse,
  readIntrospection,
  readMetadataResponse,
} from '../../../lib/grant/upstream-response.ts';

const url = new URL('https://auth.example.com');
const response = (status: number, body: unknown) => ({
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('a response', () => {
  it.each<[number, unknown, boolean]>([
    [200, { access_token: 'a' }, false],
    [201, { access_token: 'a', error: 'x' }, false],
    [204, '', false],
    [200, { active: false, error: 'x' }, false],
    [200, { error: 'invalid_client' }, true],
    [200, { access_token: null, error: 'invalid_client' }, true],
    [200, { error: 5 }, false],
    [200, { error: '' }, false],
    [301, '', true],
    [400, { access_token: 'a' }, true],
    [101, '', true],
  ])('of status %d with %j is an error: %s', (status, body, expected) => {
    expect(isErrorResponse(response(status, body))).toBe(expected);
  });
});

describe('introspection', () => {
  it('says whether the token is active', () => {
    expect(readIntrospection(url, response(200, { active: true }))).toEqual({ active: true });
    expect(() => readIntrospection(url, response(200, {}))).toThrow(/with active, true or false/);
  });
});

describe('metadata', () => {
  it('is an object, or absent', () => {
    expect(readMetadataResponse(url, response(200, { issuer: 'a' }))).toEqual({ issuer: 'a' });
    expect(readMetadataResponse(url, response(404, ''))).toBeUndefined();
    expect(() => readMetadataResponse(url, response(200, '[]'))).toThrow(/a JSON object/);
    expect(() => readMetadataResponse(url, response(302, ''))).toThrow(/redirects/);
  });
});
