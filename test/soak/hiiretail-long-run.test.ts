import { describeLongRuns } from '../support/hiiretail-long-run.ts';

describeLongRuns(200, ['vended', 'direct']);
