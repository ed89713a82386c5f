// `npm run bench [-- --quick] [--records N]`: every benchmark, one after the other. Compare ratios within one run; machines
// are noisy.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { benchAuditVerify } from './audit-verify.ts';
import { benchPolicyDecision } from './policy-decision.ts';
import { benchProvider } from './provider.ts';
import { benchProviderTokens } from './provider-tokens.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, records: { type: 'string' } },
});
process.stdout.write(`Node ${process.version}, ${process.platform} ${process.arch}\n\n`);
const records = Number(values.records ?? (values.quick ? 10_000 : 100_000));
const results = [
  await benchPolicyDecision(values.quick),
  await benchProvider(values.quick),
  await benchProviderTokens(values.quick),
  await benchAuditVerify(records),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
