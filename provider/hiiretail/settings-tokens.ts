import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import type { Config } from '../framework/schema/infer.ts';
import { pathOf } from '../framework/values/path.ts';
import type { configurationSchema } from './configuration-schema.ts';
import type { Environment } from './environment.ts';
import { type DirectSettings, readDirect } from './settings-direct.ts';
import type { SettingsReader } from './settings-reader.ts';
import { readVended, type VendedSettings } from './settings-vended.ts';

export type TokenSettings = DirectSettings | VendedSettings;

type ProviderConfig = Config<typeof configurationSchema>;

const DIRECT_ATTRIBUTES = [
  'client_id',
  'client_secret',
  'token_url',
  'issuer',
  'audience',
  'scopes',
] as const;

/** Reads the source of tokens: exactly one of the block `token_vending` and an OAuth2 client. */
export function readTokenSettings(
  config: ProviderConfig,
  reader: SettingsReader,
  environment: Environment,
): TokenSettings {
  const mode = chooseMode(config, reader);
  return mode === 'vended'
    ? readVended(config.token_vending, reader)
    : readDirect(config, reader, { environment, required: mode === 'direct' });
}

function chooseMode(config: ProviderConfig, reader: SettingsReader) {
  const direct = DIRECT_ATTRIBUTES.filter((name) => reader.isGiven(config[name]));
  if (config.token_vending !== null) {
    for (const name of direct) reader.errors.push(contradiction(name));
    return 'vended';
  }
  if (direct.length > 0) return 'direct';
  const byClient = ['HIIRETAIL_CLIENT_ID', 'HIIRETAIL_CLIENT_SECRET'].some(isSet(reader));
  const byEndpoint = ['TOKEN_VENDING_ENDPOINT', 'TOKEN_VENDING_CREDENTIAL'].some(isSet(reader));
  if (byClient && byEndpoint) reader.errors.push(ambiguous());
  if (!byClient && !byEndpoint) reader.errors.push(nothing());
  if (byClient) return 'direct';
  return byEndpoint ? 'vended' : 'none';
}

function isSet(reader: SettingsReader): (variable: string) => boolean {
  return (variable) => reader.variable(variable) !== undefined;
}

function contradiction(name: string) {
  return {
    summary: `${name} contradicts token_vending`,
    detail: `With the block token_vending, the credential determines the client and its server. Remove ${name}, or the block.`,
    path: pathOf(name),
    inConfiguration: true,
  };
}

function ambiguous() {
  return {
    summary: 'Two sources of tokens are configured',
    detail:
      'The environment has HIIRETAIL_CLIENT_ID or HIIRETAIL_CLIENT_SECRET, and TOKEN_VENDING_ENDPOINT or TOKEN_VENDING_CREDENTIAL as well. Write the block token_vending {} (or client_id) in the block of provider "hiiretail", or unset one of the two.',
    inConfiguration: false,
  };
}

function nothing(): DiagnosticText & { inConfiguration: boolean } {
  return {
    summary: 'No source of tokens is configured',
    detail:
      'Write a block token_vending with endpoint and credential (or set TOKEN_VENDING_ENDPOINT and TOKEN_VENDING_CREDENTIAL), so that no secret is needed here; or set client_id and client_secret (or HIIRETAIL_CLIENT_ID and HIIRETAIL_CLIENT_SECRET) of a client registered in OCMS. Variables TF_VAR_* are not read.',
    inConfiguration: false,
  };
}
