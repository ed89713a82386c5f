import path from 'node:path';
import process from 'node:process';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ConfigurationError } from './configuration-error.ts';
import { ReviewRules } from './review-rules.ts';
import { readTokenVendingConfig } from './token-vending-config.ts';
import { TokenVendingStack } from './token-vending-stack.ts';

// The entry point of `npx cdk deploy`. `-c config=<file>` names another configuration.
const app = new App();
const file = path.resolve(app.node.tryGetContext('config') ?? 'token-vending.config.yaml');
try {
  const config = readTokenVendingConfig(file);
  new TokenVendingStack(app, { config, directory: path.dirname(file) });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app),
  new ServerlessChecks(app),
  new ReviewRules(app),
);
