import { describeAnyUpstream } from '../support/dialects/any-upstream.ts';

// A sample. `npm run soak` tries thousands.
describeAnyUpstream(200);
