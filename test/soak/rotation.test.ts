import { describeRotations } from '../support/rotations.ts';

// Longer than a refusal is remembered.
describeRotations(90_000, 40_000);
