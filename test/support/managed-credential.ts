import { randomBytes } from 'node:crypto';
import { type DocumentMembers, RegistryClient } from '../../client/registry-client.ts';
import type { TestSystem } from './test-system.ts';

/** The configuration of a credential with more attributes. */
export const configurationOf = (name: string, attributes: string) => `
variable "secret" {
  type      = string
  ephemeral = true
  sensitive = true
}

resource "tokenvending_credential" "it" {
  credential    = "${name}"
  client_secret = var.secret
  ${attributes}
}
`;

/** The attributes of a client at a server that nobody reaches. */
export const UNREACHED = `issuer         = "https://auth.example.com"
  client_id      = "orders"
  test_on_change = false`;

/** The attributes of a client of the local authorization server. */
export const clientAttributes = (system: TestSystem, clientId: string) => `
  issuer    = "${system.authorizationServer.issuer}"
  client_id = "${clientId}"
`;

/** Registers a client at the local authorization server, or gives it another secret. */
export function registerClient(system: TestSystem, clientId: string, scope: string): string {
  const secret = randomBytes(24).toString('hex');
  system.guard(secret);
  system.authorizationServer.register({
    client_id: clientId,
    client_secret: secret,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope,
  });
  return secret;
}

/** The current version of a credential document; `null` if there is none. */
export function currentDocument(system: TestSystem, name: string) {
  const secret = system.secretsManager.store.find(`token-vending/${name}`);
  const current = secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  return JSON.parse(current?.text ?? 'null');
}

/** A change by somebody else, who is permitted to change every credential. */
export async function changeElsewhere(
  system: TestSystem,
  name: string,
  patch: DocumentMembers,
): Promise<void> {
  const registry = new RegistryClient({
    endpoint: system.endpoint,
    region: system.region,
    credentials: async () => system.caller('operator'),
  });
  await registry.patch(name, patch, { version: 'any', test: false });
}
