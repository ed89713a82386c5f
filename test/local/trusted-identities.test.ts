import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type LocalAuthorizationServer,
  startAuthorizationServer,
} from '../../local/authorization-server.ts';
import { type Callers, makeCallers } from '../../local/callers.ts';
import { type LocalSts, startSts } from '../../local/security-token-service.ts';
import { openWebIdentityIssuer, subjectOf } from '../../local/web-identity-issuer.ts';

let server: LocalAuthorizationServer;
let sts: LocalSts;
const callers: Callers = makeCallers();
const role = callers.get('token-vending-function') as never;

beforeAll(async () => {
  server = await startAuthorizationServer({ port: 0 });
  sts = await startSts({ port: 0, region: 'eu-north-1', callers });
  const jwks = await server.trusted.trust({
    issuer: sts.url,
    jwksUri: `${sts.url}/.well-known/jwks.json`,
    subjects: [subjectOf(role)],
    clientId: 'shipping',
  });
  server.register({ client_id: 'shipping', token_endpoint_auth_method: 'private_key_jwt', jwks });
});
afterAll(async () => {
  await server.close();
  await sts.close();
});

/** A token of the issuer at a URL, whose keys are those of STS if it is the URL of STS. */
const issue = (more: object = {}) =>
  sts.issuer.issue({
    caller: role,
    audience: [server.issuer],
    algorithm: 'ES384',
    lifetime: 60,
    region: 'eu-north-1',
    ...more,
  });

async function requestToken(assertion: string) {
  const response = await fetch(`${server.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'shipping',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const refused = { error: expect.stringMatching(/^invalid_/) };

describe('a client that another issuer vouches for', () => {
  it('gets a token', async () => {
    const expected = { status: 200, access_token: expect.any(String) };
    expect(await requestToken(await issue())).toMatchObject(expected);
  });

  it('is refused with a token that the server has seen', async () => {
    const assertion = await issue();
    await requestToken(assertion);
    expect(await requestToken(assertion)).toMatchObject({ status: 401, ...refused });
  });

  it('is refused with another audience, another subject, or keys of another issuer', async () => {
    const impostor = openWebIdentityIssuer(sts.url);
    for (const assertion of [
      await issue({ audience: ['https://other.example.com'] }),
      await issue({ caller: callers.get('ci-checkout') }),
      await impostor.issue({
        caller: role,
        audience: [server.issuer],
        algorithm: 'ES384',
        lifetime: 60,
        region: 'eu-north-1',
      }),
      'no.jwt.here',
    ])
      expect(await requestToken(assertion)).toMatchObject(refused);
  });
});
