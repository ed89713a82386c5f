import type { KeylessAuthentication } from '../credential/client-authentication.ts';
import { attemptSigning } from '../signing/attempt-signing.ts';
import { joseSignature } from '../signing/ecdsa-signature.ts';
import { kidOf, kmsAlgorithmOf } from '../signing/kms-algorithms.ts';
import { kmsErrorOf } from '../signing/kms-error.ts';
import type { KmsSigner } from '../signing/kms-signer.ts';
import type { WebIdentity } from '../signing/web-identity.ts';
import { webIdentityErrorOf } from '../signing/web-identity-error.ts';
import type { Clock } from '../time/clock.ts';
import { ASSERTION_VALID_FOR, WEB_IDENTITY_VALID_FOR } from '../time/time-budget.ts';
import type { AssertionRequest, ClientAssertions } from './client-assertions.ts';

/** What signs, opened when a document first needs it. */
export interface AwsSigners {
  readonly kms: () => Promise<KmsSigner>;
  readonly webIdentity: () => Promise<WebIdentity>;
}

type Keyless<Source> = Extract<KeylessAuthentication, { source: Source }>;
type Request = Omit<AssertionRequest, 'authentication'>;

/**
 * Assertions that AWS signs, made anew for each request: servers refuse a `jti` that they have seen
 * (RFC 7523 section 3).
 */
export function openAwsAssertions(signers: AwsSigners, clock: Clock): ClientAssertions {
  return {
    issue: async ({ authentication, ...request }) =>
      authentication.source === 'kms'
        ? await signByKms(await signers.kms(), clock, authentication, request)
        : await issueBySts(await signers.webIdentity(), clock, authentication, request),
  };
}

async function signByKms(
  signer: KmsSigner,
  clock: Clock,
  { kmsKeyId, alg }: Keyless<'kms'>,
  { clientId, audience, signal }: Request,
): Promise<string> {
  const { name: algorithm, coordinate } = kmsAlgorithmOf(alg);
  const send = async (one: AbortSignal) => {
    const input = [
      { alg, kid: kidOf(kmsKeyId), typ: 'JWT' },
      claimsOf(clientId, audience, clock),
    ].map(encodeJson);
    const message = Buffer.from(input.join('.'));
    const signature = await signer.sign({ keyId: kmsKeyId, algorithm, message }, one);
    const jose = coordinate === undefined ? signature : joseSignature(signature, coordinate);
    return [...input, Buffer.from(jose).toString('base64url')].join('.');
  };
  const translate = (error: unknown) => kmsErrorOf(error, { kmsKeyId, alg });
  return await attemptSigning(clock, { service: 'AWS KMS', signal, send, translate });
}

// Without nbf, as the assertions of openid-client are sent.
function claimsOf(clientId: string, audience: string, clock: Clock): object {
  const iat = Math.floor(clock.now() / 1000);
  return {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: clock.uuid(),
    iat,
    exp: iat + ASSERTION_VALID_FOR / 1000,
  };
}

function encodeJson(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}

async function issueBySts(
  webIdentity: WebIdentity,
  clock: Clock,
  { alg }: Keyless<'aws_web_identity'>,
  { audience, signal }: Request,
): Promise<string> {
  const lifetime = WEB_IDENTITY_VALID_FOR / 1000;
  const send = (one: AbortSignal) => webIdentity.issue({ audience, alg, lifetime }, one);
  const translate = (error: unknown) => webIdentityErrorOf(error, { audience, alg });
  return await attemptSigning(clock, { service: 'AWS STS', signal, send, translate });
}
