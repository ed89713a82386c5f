import { describeLifeCycles } from '../support/hiiretail-life-cycle.ts';

// This is a sample. `npm run soak` has the other modes, and objects that are deleted elsewhere.
describeLifeCycles(['vended']);
