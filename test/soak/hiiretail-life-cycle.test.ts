import { describeLifeCycles } from '../support/hiiretail-life-cycle.ts';

describeLifeCycles(['vended', 'direct', 'deleted elsewhere']);
