import { SCOPE_RULE } from '../../lib/credential/scope.ts';
import { isScopeToken } from '../../lib/http/token-syntax.ts';
import type { Config } from '../framework/schema/infer.ts';
import { pathOf } from '../framework/values/path.ts';
import type { configurationSchema } from './configuration-schema.ts';
import { isClientId, isClientSecret } from './credential-rules.ts';
import type { Environment } from './environment.ts';
import { hosts } from './hosts.ts';
import { AUDIENCE } from './server-profile.ts';
import type { Rule, SettingsReader } from './settings-reader.ts';
import { findIssuerError, findTokenUrlError } from './url-rules.ts';

export interface DirectSettings {
  readonly mode: 'direct';
  readonly clientId: string;
  readonly clientSecret: string;
  /** Used unchanged. If it is absent, discovery runs at the issuer. */
  readonly tokenUrl: string | undefined;
  readonly issuer: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

export interface DirectOptions {
  readonly environment: Environment;
  /**
   * Whether a missing client is an error here. If false, another error already reports that no mode
   * is configured.
   */
  readonly required: boolean;
}

type ProviderConfig = Config<typeof configurationSchema>;

/** Reads the client and the authorization server of direct mode. */
export function readDirect(
  config: ProviderConfig,
  reader: SettingsReader,
  { environment, required }: DirectOptions,
): DirectSettings {
  const read = (name: 'client_id' | 'client_secret', what: string, rule: Rule<string>) =>
    reader.read<string>({
      path: pathOf(name),
      value: config[name],
      variables: [`HIIRETAIL_${name.toUpperCase()}`],
      ...(required ? { required: what } : {}),
      rule,
    });
  const choose = (name: 'token_url' | 'issuer' | 'audience', rule: Rule<string>) =>
    reader.read<string>({
      path: pathOf(name),
      value: config[name],
      variables: [`HIIRETAIL_${name.toUpperCase()}`],
      rule,
    });
  return {
    mode: 'direct',
    clientId: read('client_id', 'the id of a client registered in OCMS', isClientId) ?? '',
    clientSecret: read('client_secret', 'the secret of that client', isClientSecret) ?? '',
    tokenUrl: choose('token_url', findTokenUrlError),
    issuer: choose('issuer', findIssuerError) ?? hosts[environment].issuer,
    audience: choose('audience', isAudience) ?? AUDIENCE,
    scopes: readScopes(config, reader),
  };
}

const isAudience: Rule<string> = (text) =>
  /^[!-~]{1,2048}$/.test(text) ? undefined : 'must be 1 to 2048 characters without spaces';

function readScopes(config: ProviderConfig, reader: SettingsReader): readonly string[] {
  const scopes = reader.read<readonly string[]>({
    path: pathOf('scopes'),
    value: config.scopes,
    variables: ['HIIRETAIL_SCOPES'],
    parse: (text) => text.split(/[\s,]+/).filter(Boolean),
    rule: (all) => (all.every(isScopeToken) ? undefined : SCOPE_RULE),
  });
  return scopes ?? [];
}
