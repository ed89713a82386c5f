import { writeSync } from 'node:fs';
import process from 'node:process';
import { TokenClient } from '../client/index.ts';
import { metricLine } from './metric-line.ts';
import { type ProbeOutcome, probe } from './probe.ts';

const STDOUT = 1;
const {
  AWS_REGION: region,
  TOKEN_VENDING_ENDPOINT: endpoint,
  TOKEN_VENDING_PROBE_CREDENTIAL: credential = '',
  TOKEN_VENDING_PROBE_REFUSED: refused = '',
} = process.env;
// One further attempt: a connection that breaks once is no outage.
const client = new TokenClient({ endpoint, region, maxRetries: 1 });

/** Run every five minutes: two probes, one line of metrics. What came is also the answer, for whoever runs it by hand. */
export async function handler(): Promise<readonly ProbeOutcome[]> {
  const outcomes = await probe({ client, credential, refused });
  writeSync(STDOUT, `${metricLine(outcomes, Date.now())}\n`);
  return outcomes;
}
