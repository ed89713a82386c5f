import { describeLateWrites } from '../support/hiiretail-late-writes.ts';
import { describeLimits } from '../support/hiiretail-limits.ts';
import { describeRefusals } from '../support/hiiretail-refusals.ts';
import { HiiRetailRuns } from '../support/hiiretail-runs.ts';

// This is a sample. `npm run soak` has conflicts, brief errors, bindings and names too.
const runs = HiiRetailRuns.use();
describeLateWrites(runs);
describeRefusals(runs);
describeLimits(runs);
