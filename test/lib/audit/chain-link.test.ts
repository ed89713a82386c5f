import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { recordKey, sealRecord } from '../../../lib/audit/chain-link.ts';
import { canonicalForm, fingerprintOf } from '../../../lib/audit/fingerprint.ts';
import { toRecord } from '../../../lib/audit/record.ts';
import { everyKindOfEvent } from '../../support/audit-world.ts';

const CHAIN = '0190a0b0-0000-7000-8000-000000000000';
// Text of a caller that looks like the position of the fingerprint.
const LURE = `"attestation":{"chain_uid":"${CHAIN}"`;

describe('a sealed record', () => {
  it('is stored in canonical form with its fingerprint, for every kind of event at any place', async () => {
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

describe('the key of a record', () => {
  it('sorts by shard, day, chain and sequence', () => {
    expect(recordKey(CHAIN, 12, Date.UTC(2026, 0, 31, 23, 59, 59))).toMatch(
      /^v1\/[0-9a-f]{2}\/dt=2026-01-31\/0190a0b0-0000-7000-8000-000000000000\/000000000012\.json$/,
    );
  });

  it('has one shard for all records of a chain', () => {
    const shardOf = (sequence: number, time: number) =>
      recordKey(CHAIN, sequence, time).slice(0, 6);
    expect(shardOf(7, Date.UTC(2030, 0))).toBe(shardOf(0, 0));
  });
});
