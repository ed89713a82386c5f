import { describe, expect, it } from '@jest/globals';
import { readEndpoint } from '../../client/endpoint.ts';

describe('endpoint', () => {
  it.each([
    ['https://abc.lambda-url.eu-north-1.on.aws/', 'eu-north-1', 'lambda'],
    ['https://abc.execute-api.cn-north-1.amazonaws.com.cn/live/', 'cn-north-1', 'execute-api'],
    ['https://abc-vpce-1.execute-api.eu-north-1.amazonaws.com/live', 'eu-north-1', 'execute-api'],
    [
      'https://vpce-1-2.execute-api.eu-north-1.vpce.amazonaws.com/live',
      'eu-north-1',
      'execute-api',
    ],
    ['https://abc.execute-api.eu-north-1.api.aws/live', 'eu-north-1', 'execute-api'],
    ['https://tokens.example.com', 'eu-west-1', 'lambda'],
    ['http://localhost:8080', 'eu-west-1', 'lambda'],
    ['http://127.0.0.1:8080', 'eu-west-1', 'lambda'],
    ['http://[::1]:8080', 'eu-west-1', 'lambda'],
  ] as const)('reads region and service of %s', (text, region, service) => {
    const url = text.replace(/\/$/, '');
    expect(readEndpoint(text, 'eu-west-1')).toEqual({ url, region, service });
  });

  it.each([
    ['https://tokens.example.com//', 'https://tokens.example.com'],
    ['https://tokens.example.com/a//b///', 'https://tokens.example.com/a/b'],
    ['https://tokens.example.com:8443/a/', 'https://tokens.example.com:8443/a'],
  ])('drops empty segments of the path: %s', (text, url) => {
    expect(readEndpoint(text, 'eu-west-1').url).toBe(url);
  });

  it('takes the signing service that is named', () => {
    const service = (host: string, named: string) =>
      readEndpoint(`https://${host}`, 'eu-west-1', named).service;
    expect(service('tokens.example.com', 'execute-api')).toBe('execute-api');
    expect(service('tokens.example.com', '')).toBe('lambda');
    expect(service('abc.execute-api.eu-north-1.amazonaws.com', 'lambda')).toBe('lambda');
    expect(() => service('tokens.example.com', 's3')).toThrow(
      expect.objectContaining({
        code: 'endpoint_invalid',
        message: 'The signing service of the endpoint must be lambda or execute-api.',
      }),
    );
  });

  it.each([
    undefined,
    'not a url',
    'http://tokens.example.com',
    'http://localhost.example.com',
    'ftp://tokens.example.com',
    'https://a:b@tokens.example.com',
    'https://tokens.example.com?a=b',
    'https://tokens.example.com#a',
  ])('rejects %s', (text) => {
    expect(() => readEndpoint(text, 'eu-west-1')).toThrow(
      expect.objectContaining({ code: 'endpoint_invalid' }),
    );
  });

  it.each([undefined, ''])('needs a region: not %p', (region) => {
    expect(() => readEndpoint('https://tokens.example.com', region)).toThrow(
      expect.objectContaining({ code: 'region_unknown' }),
    );
  });
});
