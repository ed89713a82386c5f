import { describe, expect, it } from '@jest/globals';
import { findProxy } from '../../client/proxy.ts';

const PROXY = 'http://proxy.invalid:3128';

function serves(noProxy: string, host: string, port = 443): boolean | undefined {
  return findProxy('https', { HTTPS_PROXY: PROXY, NO_PROXY: noProxy })?.serves(host, port);
}

describe('the proxy of the environment', () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTP_PROXY: PROXY }, undefined],
    [{ HTTPS_PROXY: PROXY }, 'http://proxy.invalid:3128/'],
    [{ https_proxy: PROXY }, 'http://proxy.invalid:3128/'],
    [{ https_proxy: 'http://lower.invalid', HTTPS_PROXY: PROXY }, 'http://lower.invalid/'],
    [{ HTTPS_PROXY: 'proxy.invalid:3128' }, 'http://proxy.invalid:3128/'],
    [{ HTTPS_PROXY: 'https://proxy.invalid' }, 'https://proxy.invalid/'],
  ])('of %j for https is %s', (environment, expected) => {
    expect(findProxy('https', environment)?.url.href).toBe(expected);
  });

  it('for http is named by HTTP_PROXY', () => {
    expect(findProxy('http', { HTTP_PROXY: PROXY })?.url.host).toBe('proxy.invalid:3128');
    expect(findProxy('http', { HTTPS_PROXY: PROXY })).toBeUndefined();
  });

  it('gets user name and password decoded', () => {
    const { headers } = findProxy('https', { HTTPS_PROXY: 'http://me:p%40ss@proxy.invalid' }) ?? {};
    const [scheme, encoded = ''] = String(headers?.['proxy-authorization']).split(' ');
    expect([scheme, Buffer.from(encoded, 'base64').toString()]).toEqual(['Basic', 'me:p@ss']);
    expect(findProxy('https', { HTTPS_PROXY: PROXY })?.headers).toEqual({});
  });

  it.each(['socks5://proxy.invalid', 'http://', 'http://a b', 'http://me:%zz@proxy.invalid'])(
    'is refused if it cannot be used, without the text: %s',
    (text) => {
      expect(() => findProxy('https', { HTTPS_PROXY: text })).toThrow(
        expect.objectContaining({
          code: 'proxy_invalid',
          message: 'HTTPS_PROXY is not the URL of a proxy: it must be an http or https URL.',
        }),
      );
    },
  );

  it.each([
    ['', 'a.example.com', true],
    ['*', 'a.example.com', false],
    ['example.com', 'example.com', false],
    ['example.com', 'a.example.com', false],
    ['EXAMPLE.com', 'A.example.COM', false],
    ['example.com', 'badexample.com', true],
    ['.example.com', 'a.example.com', false],
    ['.example.com', 'example.com', true],
    ['*.example.com', 'a.example.com', false],
    ['a.invalid, b.invalid  example.com', 'example.com', false],
    ['10.1.2.3', '10.1.2.3', false],
    ['10.1.2.3', '10.1.2.30', true],
    ['10.0.0.0/8', '10.9.9.9', false],
    ['10.0.0.0/8', '11.9.9.9', true],
    ['10.0.0.0/99', '10.9.9.9', true],
    ['10.0.0.0/x', '10.9.9.9', true],
    ['fd00::/8', 'fd12::1', false],
    ['::1', '::1', false],
    ['[::1]', '::1', false],
    ['fd00::/8', '10.9.9.9', true],
    ['example.com', '10.9.9.9', true],
    [':443', 'example.com', true],
  ])('with NO_PROXY=%j serves %s: %s', (noProxy, host, expected) => {
    expect(serves(noProxy, host)).toBe(expected);
  });

  it.each([
    ['example.com:8443', 'example.com', 8443, false],
    ['example.com:8443', 'example.com', 443, true],
    ['[::1]:8443', '::1', 8443, false],
    ['[::1]:8443', '::1', 443, true],
  ])('with NO_PROXY=%j serves %s at port %d: %s', (noProxy, host, port, expected) => {
    expect(serves(noProxy, host, port)).toBe(expected);
  });
});
