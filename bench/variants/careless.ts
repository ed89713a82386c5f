// A function that does the same job as most would write it: the default credential chain, the global fetch, a schema
// compiler, every client opened and every step taken one after the other, all of it in the first invocation.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import * as cedar from '@cedar-policy/cedar-wasm/web';
import { Ajv } from 'ajv';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { ClientCredentials } from 'simple-oauth2';

const validate = new Ajv({ allErrors: true }).compile({
  type: 'object',
  required: ['headers', 'body', 'requestContext'],
  properties: {
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: { type: 'string' },
    requestContext: { type: 'object', required: ['authorizer', 'http'] },
  },
});
const credentials = defaultProvider();
const secrets = new SecretsManagerClient({ credentials });
const bucket = new S3Client({ credentials });
let records = 0;

async function record(event: object): Promise<void> {
  const Body = JSON.stringify({ ...event, at: new Date().toLocaleString('en-GB') });
  records += 1;
  await bucket.send(
    new PutObjectCommand({ Bucket: 'bench', Key: `${Date.now()}-${records}.json`, Body }),
  );
  console.log(Body);
}

function authorize(principal: string, scope: string): void {
  const directory = process.env['TOKEN_VENDING_POLICIES'] ?? '';
  cedar.initSync({ module: readFileSync(path.join(import.meta.dirname, 'cedar_wasm_bg.wasm')) });
  const staticPolicies = readFileSync(path.join(directory, 'bench.cedar'), 'utf8');
  const schema = readFileSync(
    path.join(import.meta.dirname, 'policies/token-vending.cedarschema'),
    'utf8',
  );
  // Nothing that does not validate may decide; done here, since nobody did it before.
  const checked = cedar.validate({ schema, policies: { staticPolicies } });
  if (checked.type === 'failure' || checked.validationErrors.length > 0)
    throw new Error('the policies do not validate');
  const resource = { type: 'Credential', id: 'team-7/api' };
  const answer = cedar.isAuthorized({
    principal: { type: 'Role', id: principal },
    action: { type: 'Action', id: 'vendToken' },
    resource,
    context: { scope: [scope] },
    policies: { staticPolicies },
    entities: [{ uid: resource, attrs: {}, parents: [{ type: 'Team', id: 'team-7' }] }],
  });
  if (answer.type === 'failure' || answer.response.decision !== 'allow')
    throw new Error('access denied');
}

async function discover(issuer: string): Promise<{ token_endpoint: string; jwks_uri: string }> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  return (await answer.json()) as { token_endpoint: string; jwks_uri: string };
}

export const handler = async (event: { body: string }) => {
  if (!validate(event)) throw new Error('the event is not one of HTTP');
  const form = new URLSearchParams(event.body);
  authorize('arn:aws:iam::111122223333:role/ci-7', form.get('scope') ?? '');
  const SecretId = `token-vending/${form.get('client_id')}`;
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const document = JSON.parse(SecretString);
  await record({ kind: 'mint-intent' });
  const metadata = await discover(document.issuer);
  const client = new ClientCredentials({
    client: { id: document.client_id, secret: document.client_secret },
    auth: { tokenHost: document.issuer, tokenPath: new URL(metadata.token_endpoint).pathname },
  });
  const { token } = await client.getToken({ scope: 'a:read' });
  const accessToken = String(token['access_token']);
  await jwtVerify(accessToken, createRemoteJWKSet(new URL(metadata.jwks_uri)));
  await record({
    kind: 'mint',
    sha256: createHash('sha256').update(accessToken).digest('hex'),
  });
  await record({ kind: 'vend' });
  return { statusCode: 200, headers: {}, body: JSON.stringify(token) };
};
