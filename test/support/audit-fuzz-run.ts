// A program: verifies mutated logs, and prints what it found as JSON. Its memory is measured, so it
// is a process of its own.
import process from 'node:process';
import { LatestRecords } from '../../cli/audit/latest-records.ts';
import { matches, summarize } from '../../cli/audit/record-filter.ts';
import { ReportFigures } from '../../cli/audit/report-figures.ts';
import { renderReport } from '../../cli/audit/report-page.ts';
import { describeVerification } from '../../cli/audit/verify-log.ts';
import { AuditVerifier } from '../../lib/audit/verifier.ts';
import { AnchorWorld } from './anchor-world.ts';
import { type FuzzReport, REHASHED } from './audit-fuzz-report.ts';
import { type Log, MUTATIONS } from './audit-mutations.ts';
import { makeLog } from './audit-world.ts';
import { Random } from './random.ts';
import { rehash } from './rehash.ts';

const [wanted, seed] = process.argv.slice(2).map(Number) as [number, number];
const random = new Random(seed);
const base = await makeLog(1);
const figures = new ReportFigures();
const latest = new LatestRecords(10_000, (record) => JSON.stringify(record));
// One object of each mutated log again, each in a chain of its own.
const whole = new AuditVerifier();
const missed: string[] = [];
const made: Record<string, number> = {};

function read(log: Log) {
  const verifier = new AuditVerifier();
  let changed: [key: string, bytes: Uint8Array] | undefined;
  for (const key of [...log.keys()].sort()) {
    const bytes = log.get(key) as Uint8Array;
    for (const record of verifier.add(key, bytes)) {
      if (bytes === base.get(key)) continue;
      figures.add(record);
      latest.add(record);
      summarize(record);
      matches(record, { caller: 'a', team: 'b', tokenSha256: 'c' });
    }
    if (bytes !== base.get(key)) changed = [key, bytes];
  }
  if (changed !== undefined) {
    const [key, bytes] = changed;
    whole.add(key.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, random.uuid()), bytes);
  }
  return { ...verifier.result(), seconds: 1 };
}

// The same log with a signed anchor.
const anchored = new AnchorWorld(base);
await anchored.anchor();

/** Changes a record and hashes the rest of the chain again: consistent, and found by the anchor. */
function rehashAny(): string | undefined {
  const key = random.pick([...base.keys()]);
  const log = rehash(anchored.store.objects, key, ({ metadata }) => {
    metadata.product.version = random.uuid();
  });
  const records = new Map([...log].filter(([each]) => each.startsWith('v1/')));
  if (read(records).breaks.length > 0) return 'is not consistent';
  const { breaks, proven } = anchored.verify(log);
  const isFound = breaks[0]?.kind === 'differs-from-anchor' && Object.keys(proven).length === 0;
  return isFound ? undefined : 'was not found';
}

const untouched = read(base);
if (untouched.breaks.length > 0) missed.push('the log as it was written has a break');
for (let number = 0; number < wanted; number += 1) {
  const name = random.pick([...Object.keys(MUTATIONS), REHASHED]);
  made[name] = (made[name] ?? 0) + 1;
  if (name === REHASHED) {
    const wrong = rehashAny();
    if (wrong !== undefined) missed.push(`${number}: ${name} ${wrong}`);
    continue;
  }
  let log: Log | undefined;
  while (log === undefined) log = MUTATIONS[name]?.(base, random);
  try {
    const result = read(log);
    describeVerification(result);
    if (result.breaks.length === 0) missed.push(`${number}: ${name} was not found`);
  } catch (error) {
    missed.push(`${number}: ${name} threw ${error}`);
  }
}
const log = { ...whole.result(), heads: {}, seconds: 1 };
const page = renderReport({ figures, log, location: 'here', made: new Date() });
const report: FuzzReport = {
  made,
  missed: missed.slice(0, 20),
  megabytes: process.resourceUsage().maxRSS / 1024,
  pageBytes: page.length,
  lines: latest.lines().length,
};
process.stdout.write(JSON.stringify(report));
