import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { failedTestSchema } from '../../../lib/http/grant-stages.ts';

const failed = { stages: {}, failed_stage: 'metadata', suggestions: {} };

describe('a test that failed, as a client reads it', () => {
  it.each([
    ['no stage', failed],
    ['a stage of a newer version', { ...failed, stages: { proof: { alg: 'ES256' } } }],
    ['a key without a kid', { ...failed, stages: { keys: keysOf([null, 'key-1']) } }],
  ])('may have %s', (_case, json) => {
    expect(v.parse(failedTestSchema, json)).toEqual(json);
  });

  it.each([
    ['another failed stage', { ...failed, failed_stage: 'proof' }],
    ['a kid that is no text', { ...failed, stages: { keys: keysOf([7]) } }],
    ['a suggestion that is no text', { ...failed, suggestions: { epoch: 1 } }],
  ])('does not have %s', (_case, json) => {
    expect(v.is(failedTestSchema, json)).toBe(false);
  });
});

function keysOf(published: readonly unknown[]) {
  return { jwks_uri: 'https://auth.example.com/jwks', alg: 'ES256', published };
}
