import { expect, it } from '@jest/globals';
import { describeEndpoint } from '../../../lib/vending/describe-endpoint.ts';
import { routes } from '../../../lib/vending/routes.ts';
import { VERSION } from '../../../lib/version.ts';

it('names the registry, if the deployment has one', () => {
  const names = ['tokens.example.com', 'https://docs.example.com'] as const;
  expect(describeEndpoint(...names, 'https://registry.example.com')).toMatchObject({
    registry_endpoint: 'https://registry.example.com',
  });
  expect(describeEndpoint(...names)).not.toHaveProperty('registry_endpoint');
});

it('names its endpoints by the host that the caller addressed, each of them a route', () => {
  const metadata = describeEndpoint('tokens.example.com', 'https://docs.example.com');
  expect(metadata).toMatchObject({
    issuer: 'https://tokens.example.com',
    service_documentation: 'https://docs.example.com',
    software_version: VERSION,
  });
  const endpoints = Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint'));
  expect(endpoints).toHaveLength(4);
  for (const [, url] of endpoints) expect(routes).toHaveProperty([new URL(String(url)).pathname]);
});
