import { describeInterrupts } from '../support/hiiretail-interrupts.ts';

// This is a sample. `npm run soak` has the other numbers of creations.
describeInterrupts([5]);
