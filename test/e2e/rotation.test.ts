import { describeRotations } from '../support/rotations.ts';

describeRotations(7_000, 6_000);
