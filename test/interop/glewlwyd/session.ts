import { adminRequest } from '../admin-request.ts';

/** Calls the administration API as the user that the script of Debian's package creates. */
export class AdminSession {
  readonly #api: string;

  /** @param api URL with the prefix of the API */
  constructor(api: string) {
    this.#api = api;
  }

  /**
   * @param path below the prefix of the API
   * @throws Error with the status, and the response
   */
  async call(method: 'POST' | 'PUT', path: string, body?: unknown): Promise<void> {
    await adminRequest(method, `${this.#api}${path}`, {
      body,
      headers: { cookie: await this.#logIn() },
    });
  }

  // A session administrates for 10 minutes, so each call has its own.
  async #logIn(): Promise<string> {
    const response = await adminRequest('POST', `${this.#api}/auth/`, {
      body: { username: 'admin', password: 'password' },
    });
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }
}
