import { describeExamples } from '../support/terraform-examples.ts';

describeExamples();
