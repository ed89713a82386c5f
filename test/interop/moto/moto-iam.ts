import type { IamStatement } from '../../../lib/credential/secrets-manager-statements.ts';

/** Access key of a user of moto. */
export interface MotoKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A user of moto with the actions of statements. moto compares neither resources nor condition keys
 * of identity policies, and denies what a statement with a condition permits. So the policy has the
 * actions alone.
 */
export async function createMotoUser(
  endpoint: string,
  name: string,
  statements: readonly IamStatement[],
): Promise<MotoKey> {
  const Statement = statements.map(({ Effect, Action }) => ({ Effect, Action, Resource: '*' }));
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam(endpoint, { Action: 'CreateUser', UserName: name });
  const policy = { PolicyName: 'actions', PolicyDocument: document };
  await iam(endpoint, { Action: 'PutUserPolicy', UserName: name, ...policy });
  const xml = await iam(endpoint, { Action: 'CreateAccessKey', UserName: name });
  const textOf = (member: string) =>
    new RegExp(`<${member}>([^<]+)</${member}>`).exec(xml)?.[1] ?? '';
  return { accessKeyId: textOf('AccessKeyId'), secretAccessKey: textOf('SecretAccessKey') };
}

/** From now on moto checks each signature, and each action against the policies of its user. */
export async function enforceMotoIam(endpoint: string): Promise<void> {
  const { status } = await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
  if (status !== 200) throw new Error(`moto does not enforce IAM: status ${status}`);
}

// moto finds the service in the header. Before it enforces IAM, it takes every signature.
async function iam(endpoint: string, form: Readonly<Record<string, string>>): Promise<string> {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=interop/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0';
  const body = new URLSearchParams({ ...form, Version: '2010-05-08' });
  const response = await fetch(endpoint, { method: 'POST', headers: { authorization }, body });
  const text = await response.text();
  if (!response.ok) throw new Error(`${form['Action']} of moto: ${response.status}`);
  return text;
}
