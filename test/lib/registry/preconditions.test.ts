import { describe, expect, it } from '@jest/globals';
import { checkPreconditions, etagOf } from '../../../lib/registry/preconditions.ts';

const check = (headers: Record<string, string>, versionId?: string) => () =>
  checkPreconditions({ headers }, versionId);

describe('the preconditions of a change', () => {
  it.each([
    [{}, undefined],
    [{ 'if-none-match': '*' }, undefined],
    [{ 'if-match': '"v1"' }, 'v1'],
    [{ 'if-match': '*' }, 'v1'],
    [{ 'if-match': '"v0", "v1"' }, 'v1'],
  ])('%j are met by the version %s', (headers, versionId) => {
    expect(check(headers, versionId)).not.toThrow();
  });

  it.each([
    [{ 'if-match': '"v1"' }, undefined, 'version_conflict', /does not exist/],
    [{ 'if-match': '*' }, undefined, 'version_conflict', /does not exist/],
    [{ 'if-none-match': '*' }, 'v1', 'version_conflict', /exists already/],
    [{ 'if-match': '"v0"' }, 'v1', 'version_conflict', /not in the version/],
    [{ 'if-match': 'W/"v1"' }, 'v1', 'version_conflict', /not in the version/],
    [{}, 'v1', 'version_required', /must name the version/],
    [{ 'if-match': 'v1' }, 'v1', 'request_malformed', /If-Match must be \*/],
    [{ 'if-match': '' }, 'v1', 'request_malformed', /If-Match must be \*/],
    [{ 'if-none-match': 'v1' }, 'v1', 'request_malformed', /If-None-Match must be \*/],
    [{ 'if-none-match': '"v1"' }, 'v1', 'request_malformed', /If-None-Match must be \*/],
    [{ 'if-match': '*', 'if-none-match': '*' }, 'v1', 'request_malformed', /must not both/],
  ])('%j are not met by the version %s: %s', (headers, versionId, code, text) => {
    expect(check(headers as Record<string, string>, versionId)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(text) }),
    );
  });

  it('name a version by its id in double quotes', () => {
    expect(etagOf('v1')).toBe('"v1"');
  });
});
