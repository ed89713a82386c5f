import { expect, it } from '@jest/globals';
import { regionOfArn, regionOfAwsHost } from '../../../lib/rotation/aws-host.ts';

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

it('an ARN has a Region', () => {
  expect(regionOfArn('arn:aws:lambda:eu-west-1:111122223333:function:rotate')).toBe('eu-west-1');
});
