import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { AnchorSigner } from '../../lib/audit/anchor-signer.ts';
import { type AnchoredLog, anchorLog, type MadeAnchor } from '../../lib/audit/anchoring.ts';
import type { LogReader } from '../../lib/audit/log-reader.ts';
import { AuditVerifier } from '../../lib/audit/verifier.ts';
import { AnchorVerifier } from '../../lib/audit/verify-anchors.ts';
import { FakeAuditStore } from './fake-audit-store.ts';

/** A key pair of anchors, in memory. */
export function makeSigner() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer: AnchorSigner = { sign: async (message) => sign('sha256', message, privateKey) };
  return { signer, publicKey: createPublicKey(privateKey) };
}

/** Reads the objects of a fake store. */
export function readerOf(objects: ReadonlyMap<string, Uint8Array>): LogReader {
  return {
    async *keys(start) {
      yield* [...objects.keys()].filter((key) => key.startsWith(start)).sort();
    },
    read: async (key) => objects.get(key) as Uint8Array,
  };
}

export const NOON = Date.UTC(2026, 10, 23, 12);

/** A log that is anchored at the times that the test says. */
export class AnchorWorld {
  readonly store = new FakeAuditStore();
  readonly key = makeSigner();
  copy: FakeAuditStore | undefined;

  constructor(log: ReadonlyMap<string, Uint8Array> = new Map()) {
    for (const [key, bytes] of log) this.store.objects.set(key, bytes);
  }

  /** Anchors the log, in one anchor. */
  async anchor(time = NOON): Promise<MadeAnchor & Pick<AnchoredLog, 'unreadable'>> {
    const { anchors, unreadable } = await this.anchorAll(time);
    const [made, ...others] = anchors as [MadeAnchor, ...MadeAnchor[]];
    if (others.length > 0) throw new Error('the log needs more than one anchor');
    return { ...made, unreadable };
  }

  async anchorAll(time = NOON): Promise<AnchoredLog> {
    const { store, copy, key } = this;
    const reader = readerOf(store.objects);
    const ports = { reader, store, copy, signer: key.signer, clock: { now: () => time } };
    return await anchorLog(ports, AbortSignal.timeout(60_000));
  }

  /** Verifies records and anchors, as `audit verify` does. */
  verify(
    objects: ReadonlyMap<string, Uint8Array> = this.store.objects,
    publicKey = this.key.publicKey,
    expiredBefore?: number,
  ) {
    const anchors = new AnchorVerifier(publicKey, expiredBefore);
    const records = new AuditVerifier();
    for (const key of [...objects.keys()].sort()) {
      const bytes = objects.get(key) as Uint8Array;
      if (key.startsWith('anchors/')) anchors.addAnchor(key, bytes);
      else for (const record of records.add(key, bytes)) anchors.addRecord(key, record);
    }
    const { breaks, anchored } = anchors.result(records.result());
    return { breaks, ...anchored };
  }
}
