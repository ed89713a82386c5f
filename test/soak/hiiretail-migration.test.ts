import { describeOldBindings } from '../support/hiiretail-old-bindings.ts';

describeOldBindings(['as it is', 'as it was before', 'two bindings fit']);
