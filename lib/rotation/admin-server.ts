import { VendError } from '../errors/vend-error.ts';
import { upstreamErrorOf } from '../grant/upstream-error.ts';
import { openUpstreamTransport } from '../grant/upstream-transport.ts';
import { ENDPOINT_URL_RULE, findEndpointUrl, type UrlPolicy } from '../http/endpoint-url.ts';
import type { HttpsRequest, HttpsTransport } from '../http/https-transport.ts';
import { parseJson } from '../http/json.ts';
import { findValue, withValue } from './json-pointer.ts';
import type { RecipeCall, RecipeRequest } from './recipe-schema.ts';
import { fillJson, fillText, type Variables } from './template.ts';

/** A request without what authenticates it. */
export type PlainRequest = Omit<HttpsRequest, 'signal'> & { readonly body: string };

/** Returns the headers to send. */
export type Authorize = (url: URL, request: PlainRequest) => Promise<HttpsRequest['headers']>;

interface Options {
  readonly transport: HttpsTransport;
  /** URL of the admin API; each request goes to its host. */
  readonly server: string;
  readonly urls: UrlPolicy;
  readonly authorize: Authorize;
  /** What authenticates the requests, for advice. */
  readonly credentials: string;
  readonly signal: AbortSignal;
}

/** Makes the requests of a recipe to the admin API of one server. */
export class AdminServer {
  readonly #options: Options;
  readonly #base: URL;
  readonly #transport: HttpsTransport;
  #lookup: unknown = {};

  /** @throws VendError `credential_invalid` if `server` is not a URL that secrets may be sent to */
  constructor(options: Options) {
    const base = findEndpointUrl(options.server, options.urls);
    if (base === undefined)
      throw new VendError('credential_invalid', {
        says: `The URL of the admin API in rotation.parameters of the credential document ${ENDPOINT_URL_RULE}.`,
      });
    this.#options = options;
    this.#base = base;
    this.#transport = openUpstreamTransport(options.transport, 'administration');
  }

  /**
   * Makes a request of a recipe once.
   *
   * @returns the variables that the recipe reads from the response
   * @throws VendError `upstream_*`; `upstream_invalid` also if the response is of another client or
   *   has no value at a pointer
   */
  async call({ request, expect, read, read_if_present }: RecipeCall, variables: Variables) {
    const { url, json } = await this.#send(request, variables);
    for (const [pointer, template] of Object.entries(expect))
      if (findValue(json, pointer) !== fillText(template, variables))
        throw unusable(url, `${pointer} is not that of the client of the credential`);
    const found: Record<string, string> = {};
    for (const [name, pointer] of Object.entries({ ...read, ...read_if_present })) {
      const value = findValue(json, pointer);
      if (typeof value === 'string' && value !== '') found[name] = value;
      else if (Object.hasOwn(read, name)) throw unusable(url, `it has no text at ${pointer}`);
    }
    this.#lookup = json;
    return found;
  }

  /** Makes a request of a recipe once. @returns the JSON of the response */
  async get(request: RecipeRequest, variables: Variables): Promise<unknown> {
    return (await this.#send(request, variables)).json;
  }

  /** Removes something. That it is not there is no error. */
  async remove(request: RecipeRequest, variables: Variables): Promise<void> {
    await this.#send(request, variables, [404, 410]);
  }

  async #send(request: RecipeRequest, variables: Variables, accepted: readonly number[] = []) {
    const { authorize, signal } = this.#options;
    const url = this.#urlOf(request, variables);
    const body = bodyOf(request, variables, this.#lookup);
    const type = body.text === '' ? {} : { 'content-type': body.type };
    const headers = { accept: 'application/json', ...type, ...request.headers };
    const plain = { method: request.method, headers, body: body.text };
    const response = await this.#transport(url, {
      ...plain,
      headers: await authorize(url, plain),
      signal,
    });
    const isSuccess = response.status >= 200 && response.status < 300;
    if (!isSuccess && !accepted.includes(response.status))
      throw this.#withAdvice(upstreamErrorOf('administration', url, response), response.status);
    // Lambda responds with 200 and this header if the function threw.
    if (response.headers['x-amz-function-error'] !== undefined)
      throw unusable(url, 'the function of the operator failed; its log says why');
    return { url, json: parseJson(response.body) };
  }

  #withAdvice(error: VendError, status: number): VendError {
    return status === 401 || status === 403
      ? error.withAdvice(
          `Check that the authorization server permits ${this.#options.credentials} to change this client.`,
        )
      : error;
  }

  // Values are encoded, so none of them leaves its part of the path but `..`, which has no encoding.
  // The host is compared all the same, because the token is sent there.
  #urlOf({ path }: RecipeRequest, variables: Variables): URL {
    const { href, origin } = this.#base;
    // A registration URI is used as it is. A path continues the URL of a server.
    const start = path === '' ? href : href.replace(/\/$/, '');
    const filled = fillText(path, variables, encodeURIComponent);
    const url = new URL(start + filled);
    if (/(?:^|\/)\.\.?(?:[/?]|$)/.test(filled))
      throw new VendError('credential_invalid', {
        says: 'A value in the path of the admin API is . or .., which is no name of a client.',
      });
    if (url.origin !== origin)
      throw new VendError('credential_invalid', {
        says: 'A request of the recipe leaves the host of the admin API.',
      });
    return url;
  }
}

function bodyOf({ json, form, from_lookup }: RecipeRequest, variables: Variables, lookup: unknown) {
  const type = 'application/json';
  if (form !== undefined) {
    const filled = Object.entries(form).map(([key, value]) => [key, fillText(value, variables)]);
    const text = new URLSearchParams(filled as [string, string][]).toString();
    return { type: 'application/x-www-form-urlencoded', text };
  }
  if (from_lookup !== undefined) {
    const members = Object.entries<unknown>(Object(lookup))
      .filter(([name]) => !from_lookup.omit.includes(name))
      .map(([name, value]) => [
        name,
        from_lookup.single.includes(name) ? onlyItemOf(value) : value,
      ]);
    const changed = Object.entries(from_lookup.set).reduce<unknown>(
      (whole, [pointer, value]) => withValue(whole, pointer, fillJson(value, variables)),
      Object.fromEntries(members),
    );
    return { type, text: JSON.stringify(changed) };
  }
  return { type, text: json === undefined ? '' : JSON.stringify(fillJson(json, variables)) };
}

function onlyItemOf(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function unusable({ origin, pathname }: URL, rule: string): VendError {
  return new VendError('upstream_invalid', {
    says: `The response of the admin API of the authorization server (${origin}${pathname}) cannot be used: ${rule}.`,
  });
}
