/** The admin REST API of Keycloak, as the user `admin`. */
export class KeycloakAdmin {
  readonly #url: string;
  readonly #password: string;
  #held = { token: '', until: 0 };

  constructor(url: string, password: string) {
    this.#url = url;
    this.#password = password;
  }

  /**
   * @param path below /admin/realms
   * @returns the body of the response
   * @throws Error with the status, and the response without secrets
   */
  async call(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> {
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

  // It lives for a minute. The hash of the password takes a second, so not each call requests one.
  async #token(): Promise<string> {
    if (Date.now() < this.#held.until) return this.#held.token;
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
    this.#held = { token: access_token, until: Date.now() + 30_000 };
    return access_token;
  }
}
