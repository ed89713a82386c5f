import { readClientId } from '../../lib/credential/profile.ts';
import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import { pathOf } from '../framework/values/path.ts';
import { environmentOfTenant } from './environment.ts';
import { environmentOfHost } from './hosts.ts';
import { hiiretail } from './server-profile.ts';
import type { Settings } from './settings.ts';

const SHORT_SECRET = 8;

/** Finds valid settings that are probably wrong. */
export function findWarnings(settings: Settings): DiagnosticText[] {
  return [
    checkEnvironment(settings),
    checkHosts(settings),
    checkClient(settings),
    checkSecret(settings),
  ].filter((text) => text !== undefined);
}

function checkEnvironment({
  tenantId,
  baseUrl,
  environment,
}: Settings): DiagnosticText | undefined {
  const api = environmentOfHost(new URL(baseUrl).hostname) ?? environment;
  const byRule = environmentOfTenant(tenantId);
  if (api === byRule) return undefined;
  return {
    summary: `tenant_id looks like the id of a ${byRule} tenant`,
    detail: `Ids of test tenants end with "test", ids of live tenants do not, and the API is that of the ${api} environment. With the wrong environment the API refuses every call with 403. Check tenant_id, environment and base_url.`,
    path: pathOf('tenant_id'),
  };
}

function checkHosts({ tokens, baseUrl }: Settings): DiagnosticText | undefined {
  if (tokens.mode !== 'direct') return undefined;
  const auth = environmentOfHost(new URL(tokens.tokenUrl ?? tokens.issuer).hostname);
  const api = environmentOfHost(new URL(baseUrl).hostname);
  if (auth === undefined || api === undefined || auth === api) return undefined;
  return {
    summary: 'Tokens and API are of different environments',
    detail: `Tokens come from the ${auth} environment and the API is that of the ${api} environment, where they do not work. Check environment, base_url, issuer and token_url.`,
    path: pathOf(tokens.tokenUrl === undefined ? 'issuer' : 'token_url'),
  };
}

function checkClient({ tokens, tenantId }: Settings): DiagnosticText | undefined {
  if (tokens.mode !== 'direct') return undefined;
  const { tenant } = readClientId(hiiretail, tokens.clientId);
  if (tenant === undefined || tenant === tenantId) return undefined;
  return {
    summary: 'client_id is of another tenant',
    detail:
      'The client id names another tenant than tenant_id. Unless this is intended, the API refuses every call with 403.',
    path: pathOf('client_id'),
  };
}

function checkSecret({ tokens }: Settings): DiagnosticText | undefined {
  if (tokens.mode !== 'direct' || tokens.clientSecret.length >= SHORT_SECRET) return undefined;
  return {
    summary: 'client_secret is unusually short',
    detail: 'OCMS issues secrets of 64 characters. Check that the secret was copied completely.',
    path: pathOf('client_secret'),
  };
}
