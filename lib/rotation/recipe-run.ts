import { formatCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import type { HttpsTransport } from '../http/https-transport.ts';
import type { Deadline } from '../time/deadline.ts';
import type { AdminToken, AdminTokens, AwsSigner } from './admin-access.ts';
import { adminCredentialOf, requireHost } from './admin-credential.ts';
import { AdminServer, type Authorize } from './admin-server.ts';
import { regionOfAwsHost } from './aws-host.ts';
import { type ListedSecret, secretsIn } from './listed-secrets.ts';
import type { Recipe, RecipeCall } from './recipe-schema.ts';
import { type RotatedClient, variablesOfClient } from './recipe-variables.ts';
import { fillText, type Variables } from './template.ts';

export interface RecipePorts {
  readonly transport: HttpsTransport;
  readonly adminTokens: AdminTokens;
  readonly signer: AwsSigner;
  readonly urls: UrlPolicy;
}

/** What authenticates the requests, in the words of advice. */
const CREDENTIALS: Readonly<Record<Recipe['authorization'], string>> = {
  admin_credential: 'the admin credential (rotation.admin_credential)',
  admin_credential_if_any: 'the admin credential (rotation.admin_credential)',
  registration_access_token: 'registration_access_token of the credential document',
  aws: 'the role of the rotation function',
};

/** A recipe at work on one client. */
export class RecipeRun {
  readonly #recipe: Recipe;
  readonly #server: AdminServer;
  /** The token for the admin API; absent if the recipe uses none. */
  readonly adminToken: AdminToken | undefined;
  #variables: Variables;

  /**
   * @throws VendError `credential_invalid` naming what `rotation` of the document lacks; the errors
   *   of {@link AdminTokens}
   */
  static async open(
    ports: RecipePorts,
    client: RotatedClient,
    deadline: Deadline,
  ): Promise<RecipeRun> {
    const variables = variablesOfClient(client);
    const { recipe } = client;
    const server = fillText(recipe.server, variables);
    const adminToken = await obtainAdminToken(ports, client, deadline);
    if (adminToken !== undefined) requireHost(server, adminToken.credential, adminToken.hosts);
    return new RecipeRun(ports, client, { variables, server, adminToken, deadline });
  }

  private constructor(
    { transport, urls, signer }: RecipePorts,
    { recipe, region }: RotatedClient,
    opened: {
      readonly variables: Variables;
      readonly server: string;
      readonly adminToken: AdminToken | undefined;
      readonly deadline: Deadline;
    },
  ) {
    const { server, adminToken, deadline } = opened;
    this.#recipe = recipe;
    this.#variables = opened.variables;
    this.adminToken = adminToken;
    const bearer: Authorize = async (_, { headers }) => {
      const token = adminToken?.accessToken ?? this.registrationToken;
      return token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` };
    };
    const authorize =
      recipe.authorization === 'aws' ? signedBy(signer, String(recipe.service), region) : bearer;
    this.#server = new AdminServer({
      transport,
      server,
      urls,
      authorize,
      credentials: CREDENTIALS[recipe.authorization],
      signal: deadline.signal,
    });
  }

  /** The registration access token that is valid now; absent if the recipe uses none. */
  get registrationToken(): string | undefined {
    return this.#recipe.authorization === 'registration_access_token'
      ? (this.#variables['registration_access_token'] as string)
      : undefined;
  }

  /**
   * The secret that the server has now, if it shows secrets.
   *
   * @throws VendError `upstream_*`
   */
  async findIssued(): Promise<string | undefined> {
    const { client_secret } = await this.#make(this.#recipe.lookup);
    return client_secret;
  }

  /**
   * Adds the secret at the server, or replaces it.
   *
   * @param given `new_secret`, or `jwks` and `jwks_text`
   * @returns what the recipe reads: `client_secret`, `secret_id`
   * @throws VendError `upstream_*`
   */
  async add(given: Variables = {}): Promise<Readonly<Record<string, string>>> {
    const { lookup, add } = this.#recipe;
    this.#variables = { ...this.#variables, ...given };
    return await this.#make([...lookup, add]);
  }

  /** @returns what the last of the calls reads */
  async #make(calls: readonly RecipeCall[]): Promise<Readonly<Record<string, string>>> {
    let found: Readonly<Record<string, string>> = {};
    for (const call of calls) {
      found = await this.#server.call(call, this.#variables);
      this.#variables = { ...this.#variables, ...found };
    }
    return found;
  }

  /**
   * The id of the current secret, if the server has no other.
   *
   * @throws VendError `upstream_*`
   */
  async findOnlyId(): Promise<string | undefined> {
    const [first, ...others] = (await this.#list()) ?? [];
    return others.length === 0 ? first?.id : undefined;
  }

  /**
   * Removes the secrets that are not in use any more: the one that the current one replaced, and
   * those of the list of the server that the recipe may remove.
   *
   * @param current id of the current secret
   * @throws VendError `upstream_*`
   */
  async removeOthers(current: string, replaced: string | undefined): Promise<void> {
    const listed = (await this.#list()) ?? [{ id: replaced ?? current, isOurs: false }];
    for (const { id, isOurs } of listed)
      if (id !== current && (isOurs || id === replaced)) await this.remove(id);
  }

  /**
   * Removes the secret that the current one replaced, and no other.
   *
   * @throws VendError `upstream_*`
   */
  async removeReplaced(replaced: string): Promise<void> {
    const listed = await this.#list();
    if (listed?.every(({ id }) => id !== replaced) !== true) await this.remove(replaced);
  }

  /** @returns `undefined` if the recipe has no list */
  async #list(): Promise<readonly ListedSecret[] | undefined> {
    const list = this.#recipe.remove?.list;
    if (list === undefined) return undefined;
    return secretsIn(await this.#server.get(list.request, this.#variables), list);
  }

  /** Removes one secret, unless the recipe does not say how. */
  async remove(id: string): Promise<void> {
    for (const request of this.#recipe.remove?.requests ?? [])
      await this.#server.remove(request, { ...this.#variables, secret_id: id });
  }
}

async function obtainAdminToken(
  { adminTokens }: RecipePorts,
  client: RotatedClient,
  deadline: Deadline,
): Promise<AdminToken | undefined> {
  const admin = adminCredentialOf(client);
  if (admin === undefined) return undefined;
  try {
    return await adminTokens.obtain(admin, deadline);
  } catch (thrown) {
    const error = VendError.from(thrown);
    const name = formatCredentialId(admin);
    throw error.withText(`No token of the admin credential ${name}: ${error.message}`);
  }
}

function signedBy(signer: AwsSigner, service: string, region: string): Authorize {
  return async (url, { method, headers, body }) => {
    const ofHost = regionOfAwsHost(url);
    return await signer.sign({ url, method, headers, body, service, region: ofHost ?? region });
  };
}
