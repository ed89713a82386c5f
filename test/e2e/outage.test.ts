import { describeOutages } from '../support/outages.ts';

// A sample, longer than a token lives; `npm run soak` has every way and more lengths.
describeOutages([[7, 'answers 503']]);
