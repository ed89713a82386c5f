import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../../../lib/grant/ceiling.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const urls = { allowLoopbackHttp: false };
const document = parseCredentialDocument(JSON.stringify(DOCUMENT), urls);

describe('ceiling of a credential', () => {
  it('completes a request with the defaults', () => {
    expect(withinCeiling(NOTHING_REQUESTED, document)).toEqual({
      scope: ['orders:read'],
      audience: ['https://orders.example.com'],
      resource: ['https://api.example.com/orders'],
    });
  });

  it('accepts the values that the document lists', () => {
    const request = {
      scope: ['orders:write'],
      audience: ['https://stock.example.com'],
      resource: [],
    };
    expect(withinCeiling(request, document)).toMatchObject({
      scope: ['orders:write'],
      audience: ['https://stock.example.com'],
    });
  });

  it.each([
    [{ scope: ['admin'] }, 'scope_refused'],
    [{ audience: ['https://evil.example.net'] }, 'target_refused'],
    [{ resource: ['https://evil.example.net'] }, 'target_refused'],
  ])('rejects %j', (more, code) => {
    expect(() => withinCeiling({ ...NOTHING_REQUESTED, ...more }, document)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('is empty if the document names no scope', () => {
    const { scope: _, default_scope: __, ...open } = DOCUMENT;
    const without = parseCredentialDocument(JSON.stringify(open), urls);
    expect(() => withinCeiling({ ...NOTHING_REQUESTED, scope: ['a'] }, without)).toThrow(
      expect.objectContaining({ code: 'scope_refused' }),
    );
  });
});
