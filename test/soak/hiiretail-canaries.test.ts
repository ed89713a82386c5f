import { describeCanaries } from '../support/hiiretail-canaries.ts';
import { HiiRetailRuns } from '../support/hiiretail-runs.ts';

describeCanaries(HiiRetailRuns.use(), ['vended', 'direct']);
