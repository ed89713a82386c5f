import { describeAnyUpstream } from '../support/dialects/any-upstream.ts';

describeAnyUpstream(5_000);
