// One test file, because loading aws-cdk-lib takes seconds of CPU time and equal stacks are
// synthesised once.
import './suites/access.ts';
import './suites/documented.ts';
import './suites/former-teams.ts';
import './suites/function-code.ts';
import './suites/own-app.ts';
import './suites/regions.ts';
import './suites/review-rules.ts';
import './suites/size-limits.ts';
import './suites/template.ts';
import './suites/watched-metrics.ts';
