import {
  type ClientAuth,
  ClientSecretJwt,
  ClientSecretPost,
  type ModifyAssertionOptions,
  modifyAssertion,
  PrivateKeyJwt,
  TlsClientAuth,
} from 'openid-client';
import type { ClientAuthentication } from '../credential/client-authentication.ts';
import { VendError } from '../errors/vend-error.ts';
import { basicAuthorization } from './basic-authorization.ts';
import type { AssertionRequest, ClientAssertions } from './client-assertions.ts';
import { importSigningKey } from './jose.ts';

/** What a client proves itself with, at one server. */
export interface ClientProof extends Omit<AssertionRequest, 'authentication'> {
  readonly authentication: ClientAuthentication;
}

/**
 * The authentication of a client as openid-client adds it to a request.
 *
 * @param assertions of clients without a key in their document; absent if there are none
 * @throws VendError `credential_invalid`; what `assertions` throws
 */
export async function authenticate(
  { authentication, ...proof }: ClientProof,
  assertions: ClientAssertions | undefined,
): Promise<ClientAuth> {
  const { clientId, audience } = proof;
  switch (authentication.method) {
    case 'client_secret_basic':
      return (_server, _client, _body, headers) => {
        headers.set('authorization', basicAuthorization(clientId, authentication.clientSecret));
      };
    case 'client_secret_post':
      return ClientSecretPost(authentication.clientSecret);
    case 'client_secret_jwt':
      return ClientSecretJwt(authentication.clientSecret, assertion(audience));
    case 'private_key_jwt': {
      if (authentication.source !== 'document')
        return presentAssertion(await issued({ ...proof, authentication }, assertions));
      const { kid, alg } = authentication.privateKeyJwk;
      const key = await importSigningKey(authentication.privateKeyJwk);
      const named = kid === undefined ? key : { key, kid };
      return PrivateKeyJwt(named, assertion(audience, alg));
    }
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return TlsClientAuth();
  }
}

async function issued(
  request: AssertionRequest,
  assertions: ClientAssertions | undefined,
): Promise<string> {
  if (assertions !== undefined) return await assertions.issue(request);
  throw new VendError('credential_invalid', {
    says: `client_assertion_source ${request.authentication.source} is available in the vending function only.`,
  });
}

function presentAssertion(jwt: string): ClientAuth {
  return (_server, client, body) => {
    body.set('client_id', client.client_id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', jwt);
  };
}

// Without nbf: at a server whose clock is a second behind, the assertion would not be valid yet.
function assertion(audience: string, alg?: string): ModifyAssertionOptions {
  return {
    [modifyAssertion]: (header, payload) => {
      payload['aud'] = audience;
      delete payload['nbf'];
      // The library writes Ed25519 for every Ed25519 key. Many servers know only EdDSA.
      if (alg !== undefined) header['alg'] = alg;
    },
  };
}
