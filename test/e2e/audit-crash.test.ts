import { describeCrashes } from '../support/audit-crashes.ts';

// A sample; `npm run soak` has hundreds.
describeCrashes(5);
