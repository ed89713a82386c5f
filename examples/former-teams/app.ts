import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { readTokenVendingConfig } from '../../infra/token-vending-config.ts';
import { FormerTeamsStack } from './former-teams-stack.ts';

// docs/deploy.md, "Secrets of a former deployment".
const app = new App();
const file = path.resolve(app.node.tryGetContext('config') ?? 'token-vending.config.yaml');
const credentials: string | undefined = app.node.tryGetContext('credentials');
if (credentials === undefined)
  throw new Error('Name the credentials: -c credentials=checkout/orders-api,checkout/reports-api');
new FormerTeamsStack(app, {
  config: readTokenVendingConfig(file),
  directory: path.dirname(file),
  credentials: credentials.split(','),
});
