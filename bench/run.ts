// `npm run bench [-- --quick]`: every benchmark, one after the other. Compare ratios within one run; machines are noisy.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { benchPolicyDecision } from './policy-decision.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
process.stdout.write(`Node ${process.version}, ${process.platform} ${process.arch}\n\n`);
const results = [await benchPolicyDecision(values.quick)];
process.exitCode = results.every(Boolean) ? 0 : 1;
