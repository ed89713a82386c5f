import { describeLifeCycles } from '../support/hiiretail-life-cycle.ts';

// A sample; `npm run soak` has the other tokens, and what was deleted elsewhere.
describeLifeCycles(['vended']);
