import { describeRotations } from '../support/rotations.ts';

// A sample; `npm run soak` has every order, and longer ones.
describeRotations(7_000, 4_000, ['server-first']);
