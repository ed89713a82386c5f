import { describeRuntimeFaults } from '../support/runtime-faults.ts';

describeRuntimeFaults('loop');
