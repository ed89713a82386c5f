// A function that does the same job without care: the default credential chain, the global fetch, a tracer, a schema library that
// does everything, every client opened and every step taken one after the other, all of it in the first invocation.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import * as cedar from '@cedar-policy/cedar-wasm/web';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';

const eventSchema = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  requestContext: z.object({ authorizer: z.object({}).loose(), http: z.object({}).loose() }),
});
const documentSchema = z.object({
  issuer: z.url(),
  client_id: z.string(),
  client_secret: z.string(),
});
const metadataSchema = z.object({ token_endpoint: z.url(), jwks_uri: z.url() });
const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number() });

// Nothing listens for its segments here: what it costs is to be there.
const tracer = new Tracer({ serviceName: 'careless' });
const credentials = defaultProvider();
const secrets = tracer.captureAWSv3Client(new SecretsManagerClient({ credentials }));
const bucket = tracer.captureAWSv3Client(new S3Client({ credentials }));
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

async function getJson(url: string, request?: RequestInit): Promise<unknown> {
  const answer = await fetch(url, request);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return await answer.json();
}

export const handler = async (event: unknown) => {
  const form = new URLSearchParams(eventSchema.parse(event).body);
  authorize('arn:aws:iam::111122223333:role/ci-7', form.get('scope') ?? '');
  const SecretId = `token-vending/${form.get('client_id')}`;
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const document = documentSchema.parse(JSON.parse(SecretString));
  await record({ kind: 'mint-intent' });
  const { issuer, client_id, client_secret } = document;
  const discovery = await getJson(`${issuer}/.well-known/openid-configuration`);
  const { token_endpoint, jwks_uri } = metadataSchema.parse(discovery);
  const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
  const answer = await getJson(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'a:read' }),
  });
  const { access_token } = tokenSchema.parse(answer);
  await jwtVerify(access_token, createRemoteJWKSet(new URL(jwks_uri)));
  await record({ kind: 'mint', sha256: createHash('sha256').update(access_token).digest('hex') });
  await record({ kind: 'vend' });
  return { statusCode: 200, headers: {}, body: JSON.stringify(answer) };
};
