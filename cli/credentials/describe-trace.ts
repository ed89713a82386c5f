import type { GrantStages } from '../../lib/http/grant-stages.ts';

const WIDTH = 10;

/** The stages of a grant in lines: the name of each stage, and what it found below it. */
export function describeTrace(trace: GrantStages): string[] {
  const stages: readonly (readonly [string, readonly string[]])[] = [
    ['metadata', linesOfMetadata(trace.metadata)],
    ['request', linesOfRequest(trace.request)],
    ['response', linesOfResponse(trace.response)],
    ['keys', linesOfKeys(trace.keys)],
    ['claims', linesOfClaims(trace.claims)],
  ];
  return stages.flatMap(([name, lines]) =>
    lines.map((line, at) => `${(at === 0 ? name : '').padEnd(WIDTH)}${line}`),
  );
}

function linesOfMetadata(metadata: GrantStages['metadata']): string[] {
  if (metadata === undefined) return [];
  const { found_at, issuer, token_endpoint, jwks_uri, revocation_endpoint } = metadata;
  return [
    found_at.length === 0 ? 'from the document' : found_at.join(' and '),
    `issuer ${issuer}`,
    `token_endpoint ${token_endpoint}`,
    ...optional('jwks_uri', jwks_uri),
    ...optional('revocation_endpoint', revocation_endpoint),
    ...optional('introspection_endpoint', metadata.introspection_endpoint),
    ...optional('methods that it lists:', metadata.token_endpoint_auth_methods_supported),
    ...optional('grants that it lists:', metadata.grant_types_supported),
  ];
}

function linesOfRequest(request: GrantStages['request']): string[] {
  if (request === undefined) return [];
  const { endpoint, token_endpoint_auth_method, client_assertion_audience, parameters } = request;
  return [
    `POST ${endpoint}`,
    `authentication ${token_endpoint_auth_method}`,
    ...optional('aud of the assertion', client_assertion_audience),
    `grant_type=${request.grant_type}`,
    ...Object.entries(parameters).flatMap(([name, values]) =>
      values.map((value) => `${name}=${value}`),
    ),
  ];
}

function linesOfResponse(response: GrantStages['response']): string[] {
  if (response === undefined) return [];
  const { status, members, token_type, expires_in, scope } = response;
  const types =
    members === undefined
      ? 'no JSON object'
      : Object.entries(members)
          .map(([name, type]) => `${name} (${type})`)
          .join(', ');
  return [
    `status ${status}: ${types || 'no member'}`,
    ...optional('token_type', token_type),
    ...optional('expires_in', expires_in),
    ...optional('scope', scope),
  ];
}

function linesOfKeys(keys: GrantStages['keys']): string[] {
  if (keys === undefined) return [];
  const { jwks_uri, alg, kid, published } = keys;
  const named = kid === undefined ? 'no kid' : `kid ${kid}`;
  const names = published.map((name) => name ?? '(no kid)').join(' ') || 'none';
  return [jwks_uri, `the token has alg ${alg}, ${named}`, `keys that are published: ${names}`];
}

function linesOfClaims(claims: GrantStages['claims']): string[] {
  if (claims === undefined) return [];
  const { exp } = claims;
  return [
    `iss ${textOf(claims.iss)}`,
    `aud ${textOf(claims.aud)}`,
    `exp ${exp === undefined ? '-' : `${exp}${inWords(exp)}`}`,
    `scope ${textOf(claims.scope)}`,
    `client ${textOf(claims.client_id)}`,
  ];
}

// A time that no calendar has stays a number.
function inWords(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '' : ` (${date.toISOString()})`;
}

function optional(name: string, value: unknown): string[] {
  return value === undefined ? [] : [`${name} ${textOf(value)}`];
}

function textOf(value: unknown): string {
  if (value === undefined) return '-';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.join(' ') || 'none';
  return typeof value === 'string' ? value || '(empty)' : JSON.stringify(value);
}
