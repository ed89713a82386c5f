import process from 'node:process';
import { TokenClient } from '../client/index.ts';
import { openEmfMetrics } from '../lib/adapters/emf-metrics.ts';
import { printLine } from '../lib/adapters/report-failure.ts';
import { measureProbes } from './measure-probes.ts';
import { probe } from './probe.ts';

const {
  AWS_REGION: region,
  POWERTOOLS_SERVICE_NAME: deployment = 'token-vending',
  TOKEN_VENDING_ENDPOINT: endpoint,
  TOKEN_VENDING_PROBE_CREDENTIAL: credential = '',
  TOKEN_VENDING_PROBE_REFUSED: refused = '',
} = process.env;
// One further attempt: a connection that breaks once is no outage.
const client = new TokenClient({ endpoint, region, maxRetries: 1 });
const metrics = openEmfMetrics(deployment, printLine);

/** Run every five minutes: two probes, what came of them, and their metrics. */
export async function handler(): Promise<void> {
  const outcomes = await probe({ client, credential, refused });
  printLine(JSON.stringify({ message: 'probed', outcomes }));
  metrics.record(measureProbes(outcomes));
}
