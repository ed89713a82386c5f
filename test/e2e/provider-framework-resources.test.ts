import { describeFrameworkResources } from '../support/framework-suite.ts';

// A sample. `npm run soak` has every test, and test/provider/framework/dispatch shows most of them
// without terraform.
describeFrameworkResources([
  'are replaced if an attribute forces it, with all computed values unknown',
  'are imported, and their configuration is generated',
  'are planned before the configuration of their provider is known, and created after it is',
  'report an error with its line of the configuration',
  'report a crash as one of the provider, without its message',
]);
