import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { ReviewRules } from '../../infra/review-rules.ts';
import type { Template } from '../support/resolve-template.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { context } = JSON.parse(readFileSync(path.join(root, 'cdk.json'), 'utf8'));

/** Small directories instead of the bundles, without a build. */
export interface Bundles {
  /** Of the functions that have policies. */
  readonly bundle: string;
  /** As props. */
  readonly directories: {
    readonly bundle: string;
    readonly proberBundle: string;
    readonly anchorBundle: string;
    readonly registryBundle: string;
    readonly rotationBundle: string;
  };
  remove(): void;
}

export function makeBundles(): Bundles {
  const directory = mkdtempSync(path.join(tmpdir(), 'token-vending-bundles-'));
  const bundle = path.join(directory, 'function');
  const simple = path.join(directory, 'simple');
  for (const each of [bundle, simple]) {
    mkdirSync(each);
    writeFileSync(path.join(each, 'index.mjs'), 'export const handler = () => {};\n');
    writeFileSync(path.join(each, 'index.mjs.map'), '{}');
  }
  cpSync(path.join(root, 'policies'), path.join(bundle, 'policies'), { recursive: true });
  const wasm = 'cedar_wasm_bg.wasm';
  cpSync(
    path.join(root, 'node_modules/@cedar-policy/cedar-wasm/web', wasm),
    path.join(bundle, wasm),
  );
  return {
    bundle,
    directories: {
      bundle,
      proberBundle: simple,
      anchorBundle: simple,
      registryBundle: bundle,
      rotationBundle: simple,
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}

export const CONFIG = `
allowedPrincipals:
  roles:
    - arn:aws:iam::111122223333:role/ci-checkout
    - arn:aws:iam::444455556666:role/ci-inventory
    - arn:aws:iam::111122223333:role/deploy-*
alarmEmail: alarms@example.com
`;

export interface Synthesised {
  readonly template: Template;
  /** The cloud assembly, as `cdk deploy` reads it. */
  readonly directory: string;
}

/**
 * Synthesises an app with every rule of review in force.
 *
 * @param build adds the stack to check
 * @throws Error if a rule is broken
 */
export function synthesise(build: (app: App) => Stack): Synthesised {
  const directory = mkdtempSync(path.join(tmpdir(), 'token-vending-synth-'));
  try {
    const app = new App({ context, outdir: directory, analyticsReporting: false });
    const { stackName } = build(app);
    Validations.of(app).addPlugins(
      new AwsSolutionsChecks(app),
      new ServerlessChecks(app),
      new ReviewRules(app),
    );
    const assembly = app.synth();
    return { template: assembly.getStackByName(stackName).template, directory };
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
}
