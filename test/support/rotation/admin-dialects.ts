import { type AdminCall, AdminDialect, type AdminReply, CLIENT_ID } from './admin-dialect.ts';

type Members = Readonly<Record<string, unknown>>;
const member = (json: unknown, name: string) => (json as Members)[name];

export class KeycloakDialect extends AdminDialect {
  override readonly issuer = 'https://auth.example.com/realms/shop';
  readonly rotation: Members = { recipe: 'keycloak', admin_credential: 'platform/admin' };

  protected respond({ method, path, body }: AdminCall): AdminReply | undefined {
    const clients = '/admin/realms/shop/clients';
    if (method === 'GET' && path === `${clients}?clientId=${CLIENT_ID}`)
      return { body: [{ id: 'uuid-1', clientId: CLIENT_ID }] };
    if (method !== 'PUT' || path !== `${clients}/uuid-1`) return undefined;
    const secret = member(body, 'secret');
    if (typeof secret === 'string') this.replace(secret);
    const attributes = member(body, 'attributes') as Members | undefined;
    if (attributes !== undefined)
      this.keys = JSON.parse(String(attributes['jwks.string'])).keys as Members[];
    return { status: 204 };
  }
}

export class KeycloakKeysDialect extends KeycloakDialect {
  override readonly rotation = {
    recipe: 'private_key_jwt_keycloak',
    admin_credential: 'platform/admin',
  };
}

export class HydraDialect extends AdminDialect {
  readonly rotation: Members = {
    recipe: 'hydra',
    admin_credential: 'platform/admin',
    parameters: { admin_url: 'https://auth.example.com/' },
  };

  protected respond({ method, path, body }: AdminCall): AdminReply | undefined {
    if (method !== 'PATCH' || path !== `/admin/clients/${CLIENT_ID}`) return undefined;
    for (const { path: pointer, value } of body as { path: string; value: unknown }[]) {
      if (pointer === '/client_secret') this.replace(String(value));
      if (pointer === '/jwks') this.keys = member(value, 'keys') as Members[];
    }
    return { body: { client_id: CLIENT_ID } };
  }
}

export class HydraKeysDialect extends HydraDialect {
  override readonly rotation: Members = {
    ...{ recipe: 'private_key_jwt_hydra', admin_credential: 'platform/admin' },
    parameters: { admin_url: 'https://auth.example.com' },
  };
}

export class Auth0Dialect extends AdminDialect {
  readonly rotation = { recipe: 'auth0', admin_credential: 'platform/admin' };

  protected respond({ method, path, body }: AdminCall): AdminReply | undefined {
    if (method !== 'PATCH' || path !== `/api/v2/clients/${CLIENT_ID}`) return undefined;
    this.replace(String(member(body, 'client_secret')));
    return { body: { client_id: CLIENT_ID } };
  }
}

/** At most two secrets, each with an id. */
export class OktaDialect extends AdminDialect {
  readonly rotation = { recipe: 'okta', admin_credential: 'platform/admin' };
  readonly #inactive = new Set<string>();

  protected respond({ method, path }: AdminCall): AdminReply | undefined {
    const base = `/api/v1/apps/${CLIENT_ID}/credentials/secrets`;
    if (method === 'GET' && path === base)
      return { body: [...this.secrets.keys()].map((id) => ({ id })) };
    if (method === 'POST' && path === base) {
      if (this.secrets.size > 1) return { status: 400 };
      const [id, value] = this.newSecret();
      this.secrets.set(id, value);
      return { status: 201, body: { id, client_secret: value } };
    }
    const [, id = '', action] = /\/secrets\/(\w+)(\/lifecycle\/deactivate)?$/.exec(path) ?? [];
    if (action !== undefined) this.#inactive.add(id);
    else if (method === 'DELETE' && !this.#inactive.has(id)) return { status: 400 };
    else if (method === 'DELETE') this.secrets.delete(id);
    return { status: 204 };
  }
}

export class EntraDialect extends AdminDialect {
  readonly rotation: Members = {
    recipe: 'entra',
    admin_credential: 'platform/admin',
    parameters: { admin_url: 'https://auth.example.com' },
  };
  /** Somebody else's secret. */
  readonly foreign = 'foreign';

  protected respond({ method, path, body }: AdminCall): AdminReply | undefined {
    const application = `/v1.0/applications(appId='${CLIENT_ID}')`;
    if (method === 'GET' && path === `${application}?$select=passwordCredentials`)
      return {
        body: {
          passwordCredentials: [
            { keyId: this.foreign, displayName: 'backup' },
            ...[...this.secrets.keys()].map((keyId) => ({ keyId, displayName: 'token-vending' })),
          ],
        },
      };
    if (path === `${application}/addPassword`) {
      const [id, value] = this.newSecret();
      this.secrets.set(id, value);
      return { body: { keyId: id, secretText: value } };
    }
    if (path !== `${application}/removePassword`) return undefined;
    const id = String(member(body, 'keyId'));
    return { status: id !== this.foreign && this.secrets.delete(id) ? 204 : 404 };
  }
}

/** At most two secrets. The last one cannot be deleted. */
export class CognitoDialect extends AdminDialect {
  override readonly issuer = 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_Example01';
  override authorization = 'signed cognito-idp eu-north-1';
  readonly rotation = { recipe: 'cognito' };

  protected respond({ headers, body }: AdminCall): AdminReply | undefined {
    if (member(body, 'UserPoolId') !== 'eu-north-1_Example01') return { status: 400 };
    switch (headers['x-amz-target']?.split('.')[1]) {
      case 'ListUserPoolClientSecrets':
        return {
          body: {
            ClientSecrets: [...this.secrets.keys()].map((ClientSecretId) => ({ ClientSecretId })),
          },
        };
      case 'AddUserPoolClientSecret': {
        if (this.secrets.size > 1) return { status: 400 };
        const [ClientSecretId, ClientSecretValue] = this.newSecret();
        this.secrets.set(ClientSecretId, ClientSecretValue);
        return { body: { ClientSecretDescriptor: { ClientSecretId, ClientSecretValue } } };
      }
      case 'DeleteUserPoolClientSecret':
        this.secrets.delete(String(member(body, 'ClientSecretId')));
        return { body: {} };
      default:
        return undefined;
    }
  }
}

/** A function that gives the same secret for the same request. */
export class LambdaDialect extends AdminDialect {
  override authorization = 'signed lambda eu-north-1';
  readonly rotation = { recipe: 'lambda', parameters: { function: 'rotate-orders' } };
  readonly #byRequest = new Map<string, readonly [string, string]>();
  /** Its own id does not tell the first secret, which it did not make. */
  throws = false;

  protected respond({ path, body }: AdminCall): AdminReply | undefined {
    if (path !== '/2015-03-31/functions/rotate-orders/invocations') return undefined;
    if (this.throws)
      return { headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorMessage: 'no' } };
    if (member(body, 'action') === 'remove') {
      this.secrets.delete(String(member(body, 'secret_id')));
      return { body: {} };
    }
    const request = String(member(body, 'request_token'));
    const [id, value] = this.#byRequest.get(request) ?? this.newSecret();
    this.#byRequest.set(request, [id, value]);
    this.secrets.set(id, value);
    return { body: { client_secret: value, secret_id: id } };
  }
}

const REGISTRATION = 'https://auth.example.com/register/orders-client?v=1';

/** RFC 7592 as at Glewlwyd: an update issues a new secret and a new registration access token. */
export class ReissuingDialect extends AdminDialect {
  override authorization = 'Bearer registration-0';
  readonly rotation: Members = {
    recipe: 'rfc7592',
    parameters: { registration_client_uri: REGISTRATION },
  };
  override readonly more = { registration_access_token: 'registration-0' };
  /** Whether the registration access token stays the same, as RFC 7592 permits. */
  keepsToken = false;
  #updates = 0;

  protected respond({ method, path, body }: AdminCall): AdminReply | undefined {
    if (path !== '/register/orders-client?v=1') return undefined;
    const client = { client_id: CLIENT_ID, client_id_issued_at: 5, scope: 'a b' };
    if (method === 'GET') return { body: client };
    // RFC 7592 section 2.2.
    if (member(body, 'client_id_issued_at') !== undefined) return { status: 400 };
    if (member(body, 'scope') !== 'a b') return { status: 400 };
    this.#updates += 1;
    const token = this.keepsToken ? 'registration-0' : `registration-${this.#updates}`;
    this.authorization = `Bearer ${token}`;
    const updated = this.update(body as Members);
    return { body: { ...client, ...updated, registration_access_token: token } };
  }

  protected update(_: Members): Members {
    const [, value] = this.newSecret();
    this.replace(value);
    return { client_secret: value };
  }
}

/** RFC 7592 at a server that shows the secret of a client and keeps its registration access token. */
export class ShowingDialect extends ReissuingDialect {
  override keepsToken = true;

  protected override respond(call: AdminCall): AdminReply | undefined {
    const reply = super.respond(call);
    if (call.method !== 'GET' || reply === undefined) return reply;
    const [client_secret] = this.secrets.values();
    return { body: { ...(reply.body as Members), client_secret } };
  }
}

/** RFC 7592 as at oidc-provider: an update keeps the secret. */
export class KeepingDialect extends ReissuingDialect {
  protected override update(): Members {
    return { client_secret: 'secret-0' };
  }
}

export class RegistrationKeysDialect extends ReissuingDialect {
  override keepsToken = true;
  override readonly rotation = {
    recipe: 'private_key_jwt',
    parameters: { registration_client_uri: REGISTRATION },
  };

  protected override update(body: Members): Members {
    this.keys = member(body['jwks'], 'keys') as Members[];
    return {};
  }
}
