import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sealRecord } from '../../../lib/audit/chain-link.ts';
import { canonicalForm, fingerprintOf } from '../../../lib/audit/fingerprint.ts';
import { toRecord } from '../../../lib/audit/record.ts';
import { everyKindOfEvent } from '../../support/audit-world.ts';

const CHAIN = '0190a0b0-0000-7000-8000-000000000000';
// What a caller might send to have the fingerprint put where it does not belong.
const LURE = `"attestation":{"chain_uid":"${CHAIN}"`;

describe('a sealed record', () => {
  it('is stored in canonical form, fingerprint and all, whatever the kind of event and its place', async () => {
    const events = await everyKindOfEvent();
    const userAgents = fc.oneof(
      fc.string(),
      fc.constant(LURE),
      fc.string().map((text) => LURE + text),
    );
    fc.assert(
      fc.property(fc.nat(events.length - 1), fc.nat(3), userAgents, (kind, sequence, userAgent) => {
        const event = events[kind] as (typeof events)[number];
        const lured =
          'request' in event ? { ...event, request: { ...event.request, userAgent } } : event;
        const previous = sequence === 0 ? undefined : 'c'.repeat(64);
        const position = { chainUid: CHAIN, sequence, previous };
        const unchained = toRecord(lured, 1_767_225_600_000, 'eu-north-1');
        const { text, fingerprint } = sealRecord(unchained, position, CHAIN, '0.1.0');
        const record = JSON.parse(text);
        expect(text).toBe(canonicalForm(record));
        expect(record.unmapped.attestation.fingerprint.value).toBe(fingerprint);
        expect(fingerprintOf(record)).toBe(fingerprint);
      }),
    );
  });
});
