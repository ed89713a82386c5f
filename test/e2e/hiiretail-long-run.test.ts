import { describeLongRuns } from '../support/hiiretail-long-run.ts';

// This is a sample. `npm run soak` has longer runs.
describeLongRuns(100, ['vended']);
