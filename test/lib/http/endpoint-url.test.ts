import { describe, expect, it } from '@jest/globals';
import { findEndpointUrl, isLoopback } from '../../../lib/http/endpoint-url.ts';

const strict = { allowLoopbackHttp: false };
const local = { allowLoopbackHttp: true };

describe('endpoint URL', () => {
  it.each(['https://as.example', 'https://as.example:8443/path?tenant=1'])('accepts %s', (text) => {
    expect(findEndpointUrl(text, strict)?.href).toBe(new URL(text).href);
  });

  it.each([
    undefined,
    7,
    '',
    'as.example',
    'http://as.example',
    'ftp://as.example',
    'https://user@as.example',
    'https://:password@as.example',
    'https://as.example#',
    'https://as.example#part',
    ' https://as.example',
    'https://as.exam\nple',
    'https://as.exam\u0000ple',
    `https://as.example/${'x'.repeat(2048)}`,
  ])('rejects %p', (text) => {
    expect(findEndpointUrl(text, local)).toBeUndefined();
  });

  it.each(['http://localhost:1', 'http://127.0.0.1:1', 'http://127.1.2.3', 'http://[::1]:1'])(
    'accepts %s in the local system only',
    (text) => {
      expect(findEndpointUrl(text, local)?.href).toBe(new URL(text).href);
      expect(findEndpointUrl(text, strict)).toBeUndefined();
    },
  );
});

describe('loopback', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['[::1]', true],
    ['localhost.example', false],
    ['127.0.0.1.example', false],
    ['10.0.0.1', false],
    ['[::2]', false],
  ])('%s: %p', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
