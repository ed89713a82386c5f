import { describe, expect, it } from '@jest/globals';
import type { GrantFinding } from '../../../lib/grant/grant-finding.ts';
import { observedVerifier } from '../../../lib/grant/observed-verifier.ts';
import type { VerificationResult } from '../../../lib/grant/token-verifier.ts';

const jwksUri = new URL('https://auth.example.com/jwks');
const { signal } = new AbortController();
const compared = { alg: 'RS256', kid: 'one', published: ['one', undefined] };

async function observe(result: VerificationResult) {
  const findings: GrantFinding[] = [];
  const verifier = observedVerifier({ verify: async () => result }, (one) => findings.push(one));
  expect(await verifier.verify('token', jwksUri, signal)).toBe(result);
  return findings;
}

describe('a verifier that is observed', () => {
  it('reports the keys, and the claims of a token with a valid signature', async () => {
    const claims = { iss: 'https://auth.example.com' };
    expect(await observe({ valid: true, claims, compared })).toEqual([
      { stage: 'keys', jwksUri: jwksUri.href, compared },
      { stage: 'claims', claims },
    ]);
  });

  it('reports no claims of any other token', async () => {
    expect(await observe({ valid: false, reason: 'bad_signature', compared })).toEqual([
      { stage: 'keys', jwksUri: jwksUri.href, compared },
    ]);
    expect(await observe({ valid: false, reason: 'malformed' })).toEqual([]);
  });

  it('is the verifier itself, if nobody observes it', () => {
    const verifier = { verify: async () => ({ valid: false, reason: 'malformed' }) as const };
    expect(observedVerifier(verifier, undefined)).toBe(verifier);
  });
});
