import { describeDoctor } from '../support/doctor.ts';

// A sample. `npm run soak` has every fault, and compares the same transcripts.
describeDoctor([
  'endpoint',
  'tls',
  'clock',
  'aws-identity',
  'signature-expired',
  'policy',
  'credential-unknown',
  'issuer',
  'token-scope',
  'lifetime',
]);
