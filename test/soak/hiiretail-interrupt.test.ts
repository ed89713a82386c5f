import { describeInterrupts } from '../support/hiiretail-interrupts.ts';

describeInterrupts([1, 3, 5, 8, 10]);
