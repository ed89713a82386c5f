import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { FormerTeamsStack } from '../../../examples/former-teams/former-teams-stack.ts';
import { parseTokenVendingConfig } from '../../../infra/token-vending-config.ts';
import type { Template } from '../../support/resolve-template.ts';
import { CONFIG, synthesise } from '../synthesise.ts';
import { bundles, synthesisedOnce } from '../synthesised-once.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
// The ids that the template of `teams: { checkout: [orders-api] }` and a prober had.
const FORMER = {
  checkoutordersapiSecret9295A11F: 'AWS::SecretsManager::Secret',
  checkoutordersapiPolicyF31FC1B5: 'AWS::SecretsManager::ResourcePolicy',
  TokenVendingProbeSecretA7410E0F: 'AWS::SecretsManager::Secret',
  TokenVendingProbePolicy2A3680E8: 'AWS::SecretsManager::ResourcePolicy',
};

let transition: Template;

beforeAll(() => {
  const config = parseTokenVendingConfig(CONFIG, 'token-vending.config.yaml');
  const { template, directory } = synthesise(
    (app) =>
      new FormerTeamsStack(app, {
        config,
        directory: root,
        credentials: ['checkout/orders-api', 'platform/probe'],
        ...bundles.directories,
      }),
  );
  rmSync(directory, { recursive: true });
  transition = template;
});

const typesOf = ({ Resources }: Template) =>
  Object.fromEntries(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));

describe('the deployment between one with teams and one without', () => {
  it('finds the secrets and resource policies of the former template, and retains them', () => {
    expect(typesOf(transition)).toMatchObject(FORMER);
    for (const id of Object.keys(FORMER))
      expect(transition.Resources[id]).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
  });

  it('lets the registry read the secrets', () => {
    const policy = JSON.stringify(transition.Resources['checkoutordersapiPolicyF31FC1B5']);
    expect(policy).toContain('DenyOtherVersionsToRegistry');
  });

  it('differs from the next one by these resources alone', () => {
    const next = typesOf(synthesisedOnce());
    const gone = Object.keys(typesOf(transition)).filter((id) => next[id] === undefined);
    expect(gone.filter((id) => !/CurrentVersion/.test(id)).sort()).toEqual(
      Object.keys(FORMER).sort(),
    );
  });
});
