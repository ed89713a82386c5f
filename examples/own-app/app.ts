import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ReviewRules } from '../../infra/review-rules.ts';
import { OwnStack } from './own-stack.ts';

// From the root of the repository: npm run build && npx cdk synth -q --app 'node examples/own-app/app.ts'
const app = new App();
new OwnStack(app, 'company-tokens');
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app),
  new ServerlessChecks(app),
  new ReviewRules(app),
);
