import { describe, expect, it } from '@jest/globals';
import { AnchoredHeads } from '../../../lib/audit/anchored-heads.ts';
import { recordKey } from '../../../lib/audit/chain-link.ts';
import { NOON } from '../../support/anchor-world.ts';
import { recordOf, START } from '../../support/audit-world.ts';

const record = recordOf(START);
const { chain_uid, fingerprint } = record.unmapped.attestation;
const head = { chain_uid, sequence: 0, fingerprint: fingerprint.value };
const later = { ...head, sequence: 1 };
const nothing = new Set<string>();
const KEY = recordKey(chain_uid, 0, record.time);

function compare(heads: (typeof head)[][], expiredBefore = Number.NEGATIVE_INFINITY) {
  const anchored = new AnchoredHeads(expiredBefore);
  heads.forEach((each, hour) => {
    anchored.expect(each, NOON + hour * 3_600_000);
  });
  anchored.find(KEY, record);
  return anchored;
}

describe('the anchored heads of a log', () => {
  it('prove a chain up to the last anchor that names the record', () => {
    const { proven, differing, missing } = compare([[head], [head], []]).result(nothing);
    expect(proven).toEqual({ [chain_uid]: { sequence: 0, time: NOON + 3_600_000 } });
    expect([differing, missing]).toEqual([[], []]);
  });

  it('prove nothing of a chain that is broken', () => {
    const heads = compare([[head, later]]);
    expect(heads.result(new Set([chain_uid]))).toEqual({ proven: {}, differing: [], missing: [] });
  });

  it('name a record that differs, whatever another anchor says', () => {
    const other = { ...head, fingerprint: '0'.repeat(64) };
    for (const heads of [[[other]], [[head], [other]], [[other], [head]]])
      expect(compare(heads).result(nothing)).toMatchObject({
        proven: {},
        differing: [{ kind: 'differs-from-anchor', chain: chain_uid, key: KEY }],
        missing: [],
      });
  });

  it('are not found, and do not differ, in the objects of another chain', () => {
    const elsewhere = recordKey('0190a0b0-0000-7000-8000-00000000beef', 0, record.time);
    for (const key of [elsewhere, 'no key of a record'])
      for (const named of [head, { ...head, fingerprint: '0'.repeat(64) }]) {
        const anchored = new AnchoredHeads(Number.NEGATIVE_INFINITY);
        anchored.expect([named], NOON);
        anchored.find(key, record);
        expect(anchored.result(nothing)).toMatchObject({
          proven: {},
          differing: [],
          missing: [{ kind: 'truncated', chain: chain_uid }],
        });
      }
  });

  it('name a record that is missing, unless the chain is old enough to have expired', () => {
    expect(compare([[head, later]]).result(nothing)).toMatchObject({
      proven: {},
      missing: [{ kind: 'truncated', message: expect.stringMatching(/^record 1 is missing/) }],
    });
    expect(compare([[head, later]], Date.UTC(2200, 0)).result(nothing)).toMatchObject({
      proven: { [chain_uid]: { sequence: 0 } },
      missing: [],
    });
  });
});
