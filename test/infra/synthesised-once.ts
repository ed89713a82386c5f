import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
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

/**
 * The template of a configuration: {@link CONFIG} and more lines, edited. Each configuration is
 * synthesised once a test file, with every rule of review in force.
 *
 * @throws Error if a rule is broken
 */
export function synthesisedOnce(
  more = '',
  edit: (text: string) => string = (text) => text,
): Template {
  const text = edit(`${CONFIG}${more}`);
  const known = templates.get(text);
  if (known !== undefined) return JSON.parse(known);
  const config = parseTokenVendingConfig(text, 'token-vending.config.yaml');
  const { template, directory } = synthesise(
    (app) => new TokenVendingStack(app, { config, directory: root, ...bundles.directories }),
  );
  rmSync(directory, { recursive: true });
  templates.set(text, JSON.stringify(template));
  return template;
}
