import { describeBindings } from '../support/hiiretail-bindings.ts';
import { describeBriefErrors } from '../support/hiiretail-brief-errors.ts';
import { describeConflicts } from '../support/hiiretail-conflicts.ts';
import { describeLateWrites } from '../support/hiiretail-late-writes.ts';
import { describeLimits } from '../support/hiiretail-limits.ts';
import { describeNames } from '../support/hiiretail-names.ts';
import { describeRefusals } from '../support/hiiretail-refusals.ts';
import { HiiRetailRuns } from '../support/hiiretail-runs.ts';

const runs = HiiRetailRuns.use();
describeLateWrites(runs);
describeBindings(runs);
describeConflicts(runs);
describeRefusals(runs);
describeBriefErrors(runs);
describeLimits(runs);
describeNames(runs);
