import { describeCredentials } from '../support/terraform-credential.ts';

// A sample. `npm run soak` has every test.
describeCredentials([
  'is created, changed, shown as drifted, corrected and destroyed; its secret is in no file',
  'has a certificate, whose key is in no file',
  'is rejected with the line of the invalid key, before anything is written',
  'keeps what somebody else changes between plan and apply, and says so',
]);
