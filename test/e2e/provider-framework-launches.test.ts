import { describeLaunches } from '../support/provider-launches.ts';

// This is a sample. `npm run soak` has hundreds.
describeLaunches(12);
