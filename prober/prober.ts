import process from 'node:process';
import { TokenClient } from '../client/index.ts';
import { openEmfMetrics } from '../lib/metrics/emf.ts';
import { printLine } from '../lib/metrics/print-line.ts';
import { measureProbes } from './measure-probes.ts';
import { type ProbeOutcome, probe } from './probe.ts';

const {
  AWS_REGION: region,
  TOKEN_VENDING_NAME: deployment = 'token-vending',
  TOKEN_VENDING_ENDPOINT: endpoint,
  TOKEN_VENDING_PROBE_CREDENTIAL: credential = '',
  TOKEN_VENDING_PROBE_REFUSED: refused = '',
} = process.env;
// One retry: a single broken connection is not an outage.
const client = new TokenClient({ endpoint, region, maxRetries: 1 });
const metrics = openEmfMetrics(deployment, printLine);

/**
 * Runs every five minutes: two probes and their metrics. It returns the outcomes for manual
 * invocations.
 */
export async function handler(): Promise<readonly ProbeOutcome[]> {
  const outcomes = await probe({ client, credential, refused });
  printLine(JSON.stringify({ message: 'probed', outcomes }));
  metrics.record(measureProbes(outcomes));
  return outcomes;
}
