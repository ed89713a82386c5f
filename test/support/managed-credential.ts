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
  issuer        = "https://auth.example.com"
  client_id     = "orders"
  client_secret = var.secret
  ${attributes}
}
`;

/** The current version of a credential document; `null` if there is none. */
export function currentDocument(system: TestSystem, name: string) {
  const secret = system.secretsManager.store.find(`token-vending/${name}`);
  const current = secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  return JSON.parse(current?.text ?? 'null');
}

/** A change in the AWS console. */
export async function editInConsole(
  system: TestSystem,
  name: string,
  changes: object,
): Promise<void> {
  const secret = system.secretsManager.store.find(`token-vending/${name}`);
  if (secret === undefined) throw new Error(`there is no ${name}`);
  const versions = secret.versions.map((version) =>
    version.stages.includes('AWSCURRENT')
      ? { ...version, text: JSON.stringify({ ...JSON.parse(version.text ?? ''), ...changes }) }
      : version,
  );
  await system.secretsManager.store.put({ ...secret, versions });
}
