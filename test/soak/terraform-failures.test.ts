import { describeTerraformFailures } from '../support/terraform-failures.ts';

describeTerraformFailures();
