import { describeRefusals } from '../support/hiiretail-refusals.ts';
import { HiiRetailRuns } from '../support/hiiretail-runs.ts';

// This is a sample. `npm run soak` has late writes, limits, conflicts, brief errors, bindings and names too.
const runs = HiiRetailRuns.use();
describeRefusals(runs);
