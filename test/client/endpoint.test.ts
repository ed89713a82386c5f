import { describe, expect, it } from '@jest/globals';
import { readEndpoint } from '../../client/endpoint.ts';

describe('endpoint', () => {
  it.each([
    ['https://abc.lambda-url.eu-north-1.on.aws/', 'eu-north-1', 'lambda'],
    ['https://abc.execute-api.cn-north-1.amazonaws.com.cn/live/', 'cn-north-1', 'execute-api'],
    ['https://tokens.example.com', 'eu-west-1', 'lambda'],
    ['http://localhost:8080', 'eu-west-1', 'lambda'],
    ['http://127.0.0.1:8080', 'eu-west-1', 'lambda'],
    ['http://[::1]:8080', 'eu-west-1', 'lambda'],
  ] as const)('reads region and service of %s', (text, region, service) => {
    const url = text.replace(/\/$/, '');
    expect(readEndpoint(text, 'eu-west-1')).toEqual({ url, region, service });
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
