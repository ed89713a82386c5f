import { describeLaunches } from '../support/provider-launches.ts';

// A sample; `npm run soak` has hundreds.
describeLaunches(12);
