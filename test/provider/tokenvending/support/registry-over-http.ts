import { RegistryClient } from '../../../../client/registry-client.ts';
import type { HttpsRequest, HttpsResponse } from '../../../../lib/http/https-transport.ts';
import { leaveOnAbort } from '../../../../lib/time/leave-on-abort.ts';
import type { RegistryWorld } from '../../../support/registry-world.ts';

const ENDPOINT = 'https://abc.lambda-url.eu-north-1.on.aws';
const REGISTRY = 'https://reg.lambda-url.eu-north-1.on.aws';

/** A registry on fakes behind its client. */
export class RegistryOverHttp {
  readonly client: RegistryClient;
  /** Methods and paths of the requests, with what they are based on. */
  readonly requests: string[] = [];
  /** Responses that take the place of those of the registry, by method. Nothing is carried out. */
  readonly instead = new Map<string, HttpsResponse>();
  #held:
    | {
        readonly method: string;
        readonly served: () => void;
        readonly response: Promise<HttpsResponse | undefined>;
      }
    | undefined;
  readonly #world: RegistryWorld;

  constructor(world: RegistryWorld) {
    this.#world = world;
    this.client = new RegistryClient({
      endpoint: ENDPOINT,
      credentials: async () => ({ accessKeyId: 'LOCALKEY', secretAccessKey: 'fake' }),
      maxRetries: 0,
      transport: (url, request) => leaveOnAbort(this.#respond(url, request), request.signal),
    });
  }

  /**
   * Holds back the response to a method until the returned function is called. The registry serves
   * the request at once, even if the function gets another response.
   */
  hold(method: string) {
    const served = Promise.withResolvers<void>();
    const response = Promise.withResolvers<HttpsResponse | undefined>();
    this.#held = { method, served: served.resolve, response: response.promise };
    return { served: served.promise, respond: response.resolve };
  }

  async #respond(url: URL, { method, headers, body = '' }: HttpsRequest): Promise<HttpsResponse> {
    if (url.pathname.startsWith('/.well-known'))
      return json({ issuer: ENDPOINT, token_endpoint: ENDPOINT, registry_endpoint: REGISTRY });
    const condition = headers['if-match'] ?? headers['if-none-match'];
    this.requests.push([method, url.search, condition].filter(Boolean).join(' '));
    const instead = this.instead.get(method);
    if (instead !== undefined) return instead;
    const sent = { headers, query: url.search.slice(1), ...(body === '' ? {} : { body }) };
    const response = await this.#world.send(method, url.pathname, sent);
    if (this.#held?.method !== method) return response;
    this.#held.served();
    return (await this.#held.response) ?? response;
  }
}

function json(body: object): HttpsResponse {
  return { status: 200, headers: {}, body: JSON.stringify(body) };
}
