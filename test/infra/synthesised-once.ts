import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Credential } from '../../infra/credential.ts';
import { parseTokenVendingConfig } from '../../infra/token-vending-config.ts';
import { TokenVendingStack } from '../../infra/token-vending-stack.ts';
import type { Template } from '../support/resolve-template.ts';
import { CONFIG, makeBundles, synthesise } from './synthesise.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
// As text, so that no suite sees what another does with a template.
const templates = new Map<string, string>();

/** Bundles of all suites of a test file. They are removed after its last test. */
export const bundles = makeBundles();
afterAll(() => bundles.remove());

/** Adds something to the stack of a configuration. */
type Addition = (stack: TokenVendingStack) => void;

/**
 * The template of a configuration: {@link CONFIG} and more lines, edited. Each configuration is
 * synthesised once a test file, with every rule of review in force.
 *
 * @throws Error if a rule is broken
 */
export function synthesisedOnce(
  more = '',
  edit: (text: string) => string = (text) => text,
  add: Addition = () => {},
): Template {
  const text = edit(`${CONFIG}${more}`);
  const key = `${text} ${add.name}`;
  const known = templates.get(key);
  if (known !== undefined) return JSON.parse(known);
  const config = parseTokenVendingConfig(text, 'token-vending.config.yaml');
  const { template, directory } = synthesise((app) => {
    const stack = new TokenVendingStack(app, { config, directory: root, ...bundles.directories });
    add(stack);
    return stack;
  });
  rmSync(directory, { recursive: true });
  templates.set(key, JSON.stringify(template));
  return template;
}

/** `checkout/orders-api`, whose secret the stack creates and another role rotates. */
export function withCredential(stack: TokenVendingStack): void {
  const role = 'arn:aws:iam::111122223333:role/rotate-oauth-clients';
  new Credential(stack, 'Orders', {
    vending: stack.vending,
    credential: 'checkout/orders-api',
    rotationRole: Role.fromRoleArn(stack, 'RotationRole', role),
  });
}
