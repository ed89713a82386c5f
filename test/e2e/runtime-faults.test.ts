import { describeRuntimeFaults } from '../support/runtime-faults.ts';

// A sample; `npm run soak` has every row, and so has `npm run interop`, under AWS's runtime interface client.
describeRuntimeFaults('loop', [
  'metadata is answered with 503',
  'Secrets Manager throttles',
  'records are answered with 503',
  'answers 503 once',
  'hangs for ever',
]);
