import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ReviewRules } from './review-rules.ts';
import { readTokenVendingConfig } from './token-vending-config.ts';
import { TokenVendingStack } from './token-vending-stack.ts';

// The one entry point: `npx cdk deploy` runs it, `-c config=<file>` names another configuration.
const app = new App();
const file = path.resolve(app.node.tryGetContext('config') ?? 'token-vending.config.yaml');
new TokenVendingStack(app, {
  config: readTokenVendingConfig(file),
  directory: path.dirname(file),
});
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app),
  new ServerlessChecks(app),
  new ReviewRules(app),
);
