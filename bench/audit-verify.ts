// How fast a log is verified, and that memory does not grow with its records.
import process from 'node:process';
import { verifyLog } from '../cli/audit/verify-log.ts';
import { sealRecord } from '../lib/audit/chain-link.ts';
import type { AuditEvent } from '../lib/audit/event.ts';
import { toRecord } from '../lib/audit/record.ts';
import { exactly, type GroupOptions, type GroupResult } from './figure.ts';

const CHAIN_LENGTH = 10_000;
const START: AuditEvent = {
  kind: 'process-start',
  functionVersion: '1',
  policyVersion: 'a'.repeat(64),
  configurationDigest: 'b'.repeat(64),
};
const uuid = (chain: number, number: number) =>
  `01900000-0000-7000-8${String(chain).padStart(3, '0')}-${String(number).padStart(12, '0')}`;

function denial(number: number): AuditEvent {
  return {
    kind: 'denial',
    code: 'policy_denied',
    request: {
      requestId: uuid(0, number),
      method: 'POST',
      path: '/oauth2/token',
      sourceIp: '192.0.2.1',
      userAgent: 'bench',
      caller: undefined,
    },
    access: {
      action: 'vendToken',
      credential: 'checkout/orders-api',
      scope: ['orders:read'],
      audience: [],
      resource: [],
      minTtl: 60,
      decision: {
        allowed: false,
        policies: [],
        unmet: [],
        advice: [],
        errors: [],
        policyVersion: 'a'.repeat(64),
      },
    },
  };
}

async function* makeRecords(count: number) {
  let previous: string | undefined;
  for (let number = 0; number < count; number += 1) {
    const [chain, sequence] = [Math.floor(number / CHAIN_LENGTH), number % CHAIN_LENGTH];
    if (sequence === 0) previous = undefined;
    const record = toRecord(
      sequence === 0 ? START : denial(number),
      1_767_225_600_000 + number,
      'eu-north-1',
    );
    const sealed = sealRecord(
      record,
      { chainUid: uuid(chain, 0), sequence, previous },
      uuid(chain, sequence),
      '0.1.0',
    );
    previous = sealed.fingerprint;
    yield { key: sealed.key, content: Buffer.from(sealed.text) };
  }
}

/** Verifies two logs, one ten times the other, and compares what they leave on the heap. */
export async function benchAuditVerify({ quick }: GroupOptions): Promise<GroupResult> {
  const records = quick ? 10_000 : 100_000;
  const heapAfter = async (count: number) => {
    const log = await verifyLog(makeRecords(count));
    globalThis.gc?.();
    return { log, megabytes: process.memoryUsage().heapUsed / 1e6 };
  };
  const small = await heapAfter(records / 10);
  const large = await heapAfter(records);
  const name = records.toLocaleString('en-US');
  const { log } = large;
  return {
    group: 'audit-verify',
    title: `Verifying a log of ${name} records, making them included`,
    figures: [
      exactly('rate', 'records verified', 'per s', log.records / log.seconds),
      exactly('verified', 'records verified', 'count', log.records),
      exactly('breaks', 'breaks found', 'count', log.breaks.length),
      exactly(
        'heap-growth',
        'heap after all, over that after a tenth',
        'x',
        large.megabytes / small.megabytes,
      ),
    ],
    notes: [],
  };
}
