import { expect, it } from '@jest/globals';
import { describeOAuthError, findOAuthError } from '../../../lib/grant/oauth-error.ts';

it.each<[string, string | undefined]>([
  ['{"error":"invalid_client"}', 'invalid_client'],
  ['\uFEFF{"error":" Invalid_Client "}', 'invalid_client'],
  ['{"error":"canary"}', undefined],
  ['{"error":{"code":"invalid_client"}}', undefined],
  ['{}', undefined],
  ['null', undefined],
  ['<html>', undefined],
])('the OAuth error of %j is %s', (body, error) => {
  expect(findOAuthError(body)).toBe(error);
});

it.each<[string, string | undefined]>([
  ['{"error":"invalid_client"}', 'invalid_client'],
  ['{"error":"canary"}', 'an error code that is not registered'],
  ['{"error":""}', undefined],
  ['{"error":5}', undefined],
  ['[]', undefined],
])('the error of %j is described as %s', (body, text) => {
  expect(describeOAuthError(body)).toBe(text);
});
