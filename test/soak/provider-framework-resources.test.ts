import { describeFrameworkResources } from '../support/framework-suite.ts';

describeFrameworkResources();
