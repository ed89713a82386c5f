import process from 'node:process';
import { anchorLog } from '../lib/audit/anchoring.ts';
import { parseAnchoringConfig } from '../lib/audit/anchoring-config.ts';
import { openAnchorSigner } from '../lib/audit/kms-anchor-signer.ts';
import { openAuditBucket, openAuditBucketReader } from '../lib/audit/s3-store.ts';
import { openEmfMetrics } from '../lib/metrics/emf.ts';
import { printLine } from '../lib/metrics/print-line.ts';
import { openKmsSigner } from '../lib/signing/kms-signer.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { ANCHOR_TIMEOUT } from '../lib/time/time-budget.ts';

const { name, log, key: signingKey, copy } = parseAnchoringConfig(process.env);
const pathStyle = process.env['TOKEN_VENDING_LOCAL'] === 'true';
const ports = {
  reader: openAuditBucketReader({ ...log, pathStyle }),
  store: openAuditBucket({ ...log, pathStyle }),
  copy: copy && openAuditBucket({ ...copy, pathStyle }),
  signer: openAnchorSigner(openKmsSigner(), signingKey),
  clock: systemClock,
};
const metrics = openEmfMetrics(name, printLine);

/**
 * Anchors the log every hour. If it fails, it throws, and Lambda tries again.
 *
 * @returns keys of the anchors and number of their chains, for manual invocations
 */
export async function handler(): Promise<{
  readonly keys: readonly string[];
  readonly chains: number;
}> {
  const { anchors, chains, unreadable } = await anchorLog(
    ports,
    AbortSignal.timeout(ANCHOR_TIMEOUT),
  );
  const keys = anchors.map(({ key }) => key);
  const roots = anchors.map(({ statement }) => statement.root);
  const level = unreadable.length === 0 ? 'INFO' : 'ERROR';
  printLine(
    JSON.stringify({
      level,
      message: 'anchored',
      keys,
      roots,
      chains,
      unreadable: unreadable.length,
    }),
  );
  metrics.record([{ metric: 'anchors', value: anchors.length, dimensions: {} }]);
  return { keys, chains };
}
