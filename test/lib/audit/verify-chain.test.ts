import { describe, expect, it } from '@jest/globals';
import type { AuditBreakKind } from '../../../lib/audit/break.ts';
import { recordKey, sealRecord } from '../../../lib/audit/chain-link.ts';
import { toRecord } from '../../../lib/audit/record.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import {
  type ChainHead,
  ChainVerifier,
  describeGap,
  type KnownOfChain,
  verifyPlace,
} from '../../../lib/audit/verify-chain.ts';
import { RECORD_TIME_TOLERANCE } from '../../../lib/time/time-budget.ts';
import { START } from '../../support/audit-world.ts';

const CHAIN = '0190a0b0-0000-7000-8000-000000000000';
const TIME = Date.UTC(2026, 0, 31);

/** Records of a chain, all of them starts of a process. */
function makeChain(length: number): AuditRecord[] {
  let previous: string | undefined;
  return Array.from({ length }, (_, sequence) => {
    const position = { chainUid: CHAIN, sequence, previous };
    const sealed = sealRecord(toRecord(START, TIME, 'eu-north-1'), position, CHAIN, '0.1.0');
    previous = sealed.fingerprint;
    return JSON.parse(sealed.text);
  });
}

function breaksOf(records: readonly AuditRecord[], known: Partial<KnownOfChain> = {}) {
  const chain = new ChainVerifier({
    anchor: undefined,
    began: TIME,
    expiredBefore: Number.NEGATIVE_INFINITY,
    ...known,
  });
  const breaks: [AuditBreakKind, string][] = [];
  for (const record of records) {
    chain.count(record.metadata.sequence, (...report) => breaks.push(report));
    chain.link(record, (...report) => breaks.push(report));
  }
  return { chain, breaks: breaks.map(([kind]) => kind) };
}

const [first, second, third] = makeChain(3) as [AuditRecord, AuditRecord, AuditRecord];
const headOf = ({ metadata, unmapped }: AuditRecord): ChainHead => ({
  sequence: metadata.sequence,
  fingerprint: unmapped.attestation.fingerprint.value,
});

describe('the verifier of a chain', () => {
  it('finds no break in a whole chain, and keeps its head', () => {
    const { chain, breaks } = breaksOf([first, second, third]);
    expect([breaks, chain.head, chain.next]).toEqual([[], headOf(third), 3]);
  });

  it('reports a missing number, and a repeated one', () => {
    expect(breaksOf([first, third]).breaks).toEqual(['gap', 'broken-link']);
    expect(breaksOf([first, second, second]).breaks).toEqual(['duplicate', 'broken-link']);
  });

  it('reports a record that names another previous record', () => {
    const { attestation } = second.unmapped;
    const prev_event = { fingerprint: { ...attestation.fingerprint, value: '0'.repeat(64) } };
    const unmapped = { ...second.unmapped, attestation: { ...attestation, prev_event } };
    expect(breaksOf([first, { ...second, unmapped }]).breaks).toEqual(['broken-link']);
  });

  it('reports a chain that does not start with the start of its process', () => {
    const metadata = { ...first.metadata, event_code: 'denial' } as const;
    expect(breaksOf([{ ...first, metadata }]).breaks).toEqual(['no-genesis']);
  });

  it('reports another record in place of the kept head', () => {
    expect(breaksOf([first, second, third], { anchor: headOf(second) }).breaks).toEqual([]);
    const anchor = { ...headOf(second), fingerprint: '0'.repeat(64) };
    expect(breaksOf([first, second, third], { anchor }).breaks).toEqual(['altered']);
  });

  const at = (record: AuditRecord, time: number): AuditRecord => ({ ...record, time });

  it('reports a time that goes back by more than clocks are corrected, against the latest before it', () => {
    const back = TIME - RECORD_TIME_TOLERANCE;
    expect(breaksOf([first, at(second, back), third]).breaks).toEqual([]);
    expect(breaksOf([first, at(second, back - 1), third]).breaks).toEqual(['time-reversed']);
    const creeping = [first, at(second, back), at(third, back - 1)];
    expect(breaksOf(creeping).breaks).toEqual(['time-reversed']);
    expect(breaksOf([at(first, TIME - 86_400_000), second]).breaks).toEqual([]);
  });

  describe('of which records can have expired', () => {
    const expired = { expiredBefore: TIME + 1 };

    it('finds no break if the first records, or some among the old ones, are missing', () => {
      const { chain, breaks } = breaksOf([third], expired);
      expect([breaks, chain.expired, chain.head]).toEqual([[], true, headOf(third)]);
      expect(breaksOf([first, third], expired).breaks).toEqual([]);
      expect(breaksOf([first, second, third], expired).chain.expired).toBe(false);
    });

    it('reports a gap after a record that cannot have expired, or in a chain that began later', () => {
      const later = TIME + 2;
      expect(breaksOf([at(first, later), at(third, later)], expired).breaks).toEqual([
        'gap',
        'broken-link',
      ]);
      expect(breaksOf([third], { ...expired, began: later }).breaks).toEqual([
        'gap',
        'broken-link',
      ]);
    });

    it('reports a record after the expired ones that names no previous record, and a wrong link later', () => {
      const { prev_event: _, ...attestation } = third.unmapped.attestation;
      const alone = { ...third, unmapped: { ...third.unmapped, attestation } };
      expect(breaksOf([alone], expired).breaks).toEqual(['broken-link']);
      expect(breaksOf([second, { ...second, metadata: third.metadata }], expired).breaks).toEqual([
        'broken-link',
      ]);
    });

    it('does not expire what it has not reached', () => {
      expect(breaksOf([first], expired).chain.mayExpireNext).toBe(true);
      expect(breaksOf([first], { expiredBefore: TIME }).chain.mayExpireNext).toBe(false);
    });
  });

  it('has a head before any record is read', () => {
    expect(breaksOf([]).chain.head).toEqual({ sequence: -1, fingerprint: '' });
  });
});

describe('the place of a record', () => {
  const placeOf = (record: AuditRecord, key: string, sequence: number) => {
    const breaks: string[][] = [];
    verifyPlace(record, key, sequence, (...report) => breaks.push(report));
    return breaks;
  };

  it('is an object with the key of its first record', () => {
    const key = recordKey(CHAIN, 1, TIME);
    expect(placeOf(second, key, 1)).toEqual([]);
    expect(placeOf(third, key, 1)).toEqual([]);
  });

  it('is misplaced under the key of another chain, day or record', () => {
    const own = recordKey(CHAIN, 1, TIME);
    const wrong = [
      recordKey(CHAIN.replace('a0b0', 'ffff'), 1, TIME),
      recordKey(CHAIN, 1, TIME + 86_400_000),
      recordKey(CHAIN, 2, TIME),
    ];
    for (const key of wrong)
      expect(placeOf(second, key, 1)).toEqual([['misplaced', `it belongs to ${own}`]]);
  });
});

describe('a gap', () => {
  it('is described by its first and last record', () => {
    expect([describeGap(3, 3), describeGap(3, 5)]).toEqual([
      'record 3 is missing',
      'records 3 to 5 are missing',
    ]);
  });
});
