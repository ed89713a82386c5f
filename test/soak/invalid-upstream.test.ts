import { describeInvalidUpstream } from '../support/invalid-upstream.ts';

describeInvalidUpstream();
