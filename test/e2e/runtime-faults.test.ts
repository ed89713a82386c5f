import { describeRuntimeFaults } from '../support/runtime-faults.ts';

// A sample. `npm run soak` has every row, and `npm run interop` has every row under the runtime
// interface client of AWS.
describeRuntimeFaults('loop', ['records are answered with 503', 'answers 503 once']);
