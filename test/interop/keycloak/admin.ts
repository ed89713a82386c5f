type Json = Readonly<Record<string, unknown>>;

/** The admin REST API of Keycloak, as the user `admin`. */
export class KeycloakAdmin {
  readonly #url: string;
  readonly #password: string;

  constructor(url: string, password: string) {
    this.#url = url;
    this.#password = password;
  }

  /**
   * @param path below /admin/realms
   * @returns the body of the response
   * @throws Error with the status, and the response without secrets
   */
  async call(method: 'GET' | 'POST' | 'PUT', path: string, body?: Json): Promise<unknown> {
    const response = await fetch(`${this.#url}/admin/realms${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.#token()}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  // It lives for a minute, so each call requests its own.
  async #token(): Promise<string> {
    const response = await fetch(`${this.#url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'admin-cli',
        username: 'admin',
        password: this.#password,
      }),
    });
    const { access_token } = (await response.json()) as { access_token?: string };
    if (access_token === undefined) throw new Error(`no token of the admin: ${response.status}`);
    return access_token;
  }
}
