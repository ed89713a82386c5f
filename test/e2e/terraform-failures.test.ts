import { describeTerraformFailures } from '../support/terraform-failures.ts';

// A sample. `npm run soak` has every test.
describeTerraformFailures([
  'shows the line of an endpoint that is no URL',
  'says that the AWS credentials have expired',
  'shows what policy advises, at the credential',
  'waits for an endpoint that recovers, and shows nothing',
  'trusts the certificate of its endpoint only with the CA bundle that vouches for it',
]);
