import http from 'node:http';
import { type HttpsTransport, openHttpsTransport } from '../../../lib/http/https-transport.ts';
import { listenOnLoopback, readBody } from '../../../local/loopback-server.ts';
import { CANARY } from '../invalid-upstream-rows.ts';

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** The URL that the client requested, without its query. */
  readonly url: string;
  /** `?` and the query; empty if there is none. */
  readonly query: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Parameters of the body; empty if there is none. */
  readonly form: URLSearchParams;
  /** Number of requests on the same connection before. */
  readonly before: number;
}

/** A response; `hang-up` closes the connection without one. */
export type Reply =
  | 'hang-up'
  | {
      /** Default: 200. */
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** A text, bytes, or JSON. */
      readonly body?: unknown;
    };

export type Route = Reply | ((request: SeenRequest) => Reply | Promise<Reply>);

const ORIGIN = 'x-test-origin';

/** An HTTP server on loopback that plays any host, by a transport that rewrites the origin of URLs. */
export interface ScriptedServer {
  /** By URL without query. Any other URL is a page of status 404. */
  readonly routes: Map<string, Route>;
  readonly requests: SeenRequest[];
  /** Sends a request for any https origin to this server. */
  readonly transport: HttpsTransport;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const routes = new Map<string, Route>();
  const requests: SeenRequest[] = [];
  const served = new WeakMap<object, number>();
  const server = http.createServer((request, response) => {
    const before = served.get(request.socket) ?? 0;
    served.set(request.socket, before + 1);
    void see(request, before)
      .then(async (seen) => {
        requests.push(seen);
        const route = routes.get(seen.url) ?? NOT_FOUND;
        return typeof route === 'function' ? await route(seen) : route;
      })
      .then((reply) => write(response, reply));
  });
  const { url, close } = await listenOnLoopback(server, 0, 'scripted server', 'nothing');
  const transport = openHttpsTransport();
  return {
    routes,
    requests,
    close,
    transport: ({ origin, pathname, search }, request) =>
      transport(new URL(`${url}${pathname}${search}`), {
        ...request,
        headers: { ...request.headers, [ORIGIN]: origin },
      }),
  };
}

const NOT_FOUND: Reply = {
  status: 404,
  headers: { 'content-type': 'text/html' },
  body: `<html>${CANARY}</html>`,
};

async function see(request: http.IncomingMessage, before: number): Promise<SeenRequest> {
  const { method = '', url = '', headers } = request;
  const body = (await readBody(request)).toString();
  const { origin, pathname, search } = new URL(url, String(headers[ORIGIN]));
  return {
    method,
    url: `${origin}${pathname}`,
    query: search,
    headers,
    form: new URLSearchParams(body),
    before,
  };
}

function write(response: http.ServerResponse, reply: Reply): void {
  if (reply === 'hang-up') {
    response.socket?.destroy();
    return;
  }
  const { status = 200, headers = {}, body = '' } = reply;
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(isRaw ? body : JSON.stringify(body));
}
