import { describe } from '@jest/globals';
import { describeAnyKeySet, describeAnyMetadata } from './any-metadata.ts';
import { describeAnyTokenResponse } from './any-token-response.ts';

/**
 * Responses of any JSON, through the adapters of the grant.
 *
 * @param numRuns number of responses to try of each kind
 */
export function describeAnyUpstream(numRuns: number): void {
  describe('any token response', () => describeAnyTokenResponse(numRuns));
  describe('any metadata', () => describeAnyMetadata(numRuns));
  describe('any key set', () => describeAnyKeySet(numRuns));
}
