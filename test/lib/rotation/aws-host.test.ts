import { expect, it } from '@jest/globals';
import { regionOfAwsHost } from '../../../lib/rotation/aws-host.ts';

it.each([
  ['https://lambda.eu-north-1.amazonaws.com/x', 'eu-north-1'],
  ['https://lambda.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['http://127.0.0.1:4566', undefined],
])('the Region of %s is %s', (url, region) => {
  expect(regionOfAwsHost(new URL(url))).toBe(region);
});

it.each([
  'https://lambda.example.com',
  'https://lambda.eu-north-1.amazonaws.com.example.com',
  'https://amazonaws.com',
])('%s is no host of AWS', (url) => {
  expect(() => regionOfAwsHost(new URL(url))).toThrow(/ is no host of AWS\.$/);
});
