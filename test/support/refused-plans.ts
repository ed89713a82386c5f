import { expect } from '@jest/globals';
import { expectOne, type FailedPlanTest, NO_TOKEN, provider, token } from './failed-plan.ts';

/** Plans with invalid configuration, and plans that AWS or token-vending refuses. */
export const REFUSED_PLANS: readonly FailedPlanTest[] = [
  [
    'says that no endpoint is configured',
    async ({ plan }) => {
      expectOne(await plan(token(), { environment: { TOKEN_VENDING_ENDPOINT: '' } }), {
        summary: 'No endpoint is configured: endpoint_invalid',
        cause: /URL of the token-vending endpoint is missing/,
        remedy: /Set endpoint in the block of provider "tokenvending", or .*TOKEN_VENDING_ENDPOINT/,
      });
    },
  ],

  [
    'shows the line of an endpoint that is no URL',
    async ({ plan }) => {
      expectOne(await plan(provider('endpoint = "orders.example.com"') + token()), {
        summary: 'The provider cannot be configured: endpoint_invalid',
        cause: /missing or invalid/,
        remedy: /https URL/,
        line: 'endpoint = "orders.example.com"',
      });
    },
  ],

  [
    'tells the region of another endpoint from wrong credentials',
    async ({ plan }) => {
      expectOne(await plan(provider('region = "us-east-1"') + token()), {
        summary: `${NO_TOKEN}: signature_refused`,
        cause: /for another region/,
        remedy: /Set the region of the endpoint/,
      });
    },
  ],

  [
    'says that the AWS credentials have expired',
    async ({ plan }) => {
      expectOne(await plan(token(), { caller: 'ci-expired' }), {
        summary: `${NO_TOKEN}: signature_refused`,
        cause: /AWS credentials have expired/,
        remedy: /Sign in again .* or let the job assume its role again/,
      });
    },
  ],

  [
    'shows what policy advises, at the credential',
    async ({ plan }) => {
      expectOne(await plan(token(), { caller: 'ci-payments' }), {
        summary: `${NO_TOKEN}: policy_denied`,
        cause: /No policy allows this caller to use the credential/,
        remedy: /Check the name. Then ask the operator to permit this role.*Request id: /,
        line: 'credential = "checkout/orders-api"',
      });
    },
  ],

  [
    'responds in the same way for a credential that does not exist',
    async ({ plan }) => {
      const configuration = token().replace('checkout/orders-api', 'inventory/no-such-api');
      expectOne(await plan(configuration), {
        summary: 'No access token for inventory/no-such-api: policy_denied',
        cause: /or the credential does not exist/,
        remedy: /Check the name/,
        line: 'credential = "inventory/no-such-api"',
      });
    },
  ],

  [
    'shows the line of a min_ttl that no token has, and how long tokens live',
    async ({ plan }) => {
      expectOne(await plan(token('min_ttl    = "10h"')), {
        summary: `${NO_TOKEN}: min_ttl_unsatisfiable`,
        cause: /lives 3[56]\d\d s/,
        remedy: /smaller min_ttl.*split the run/,
        line: 'min_ttl    = "10h"',
      });
    },
  ],

  [
    'shows the line of a scope that the credential has not',
    async ({ plan }) => {
      expectOne(await plan(token('scope      = ["reports:read"]')), {
        summary: `${NO_TOKEN}: scope_refused`,
        cause: /does not allow the requested/,
        remedy: /Request a listed scope/,
        line: 'scope      = ["reports:read"]',
      });
    },
  ],

  [
    'rejects invalid values before any request, each with its line',
    async ({ plan }) => {
      const wrong = token('min_ttl    = "soon"').replace('checkout/orders-api', 'Checkout');
      const diagnostics = await plan(wrong);
      expect(diagnostics.map(({ snippet }) => snippet?.code.trim()).sort()).toEqual([
        'credential = "Checkout"',
        'min_ttl    = "soon"',
      ]);
      expect(diagnostics.map(({ detail }) => detail).join(' ')).toMatch(/must be team\/name/);
    },
  ],

  [
    'refuses a CA bundle that holds no certificate, at its line',
    async ({ plan }) => {
      expectOne(await plan(provider('ca_bundle = "versions.tf"') + token()), {
        summary: 'ca_bundle is not usable',
        cause: /holds no certificate/,
        remedy: /PEM/,
        line: 'ca_bundle = "versions.tf"',
      });
    },
  ],
];
