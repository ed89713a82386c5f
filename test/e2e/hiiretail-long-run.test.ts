import { describeLongRuns } from '../support/hiiretail-long-run.ts';

// A sample; `npm run soak` has longer runs.
describeLongRuns(100, ['vended']);
