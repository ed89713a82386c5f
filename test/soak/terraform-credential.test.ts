import { describeCredentials } from '../support/terraform-credential.ts';

describeCredentials();
