import type http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export type Endpoint =
  | 'metadata'
  | 'token'
  | 'jwks'
  | 'revocation'
  | 'introspection'
  | 'admin'
  | 'other';

/** An injected fault of one endpoint. */
export type Fault = (
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Never responds. */
  | { readonly kind: 'hang' }
  /** Sends one byte from time to time and never ends. */
  | { readonly kind: 'drip' }
  | { readonly kind: 'reset' }
  /** Changes the JSON response. */
  | { readonly kind: 'rewrite'; readonly change: (json: Record<string, unknown>) => unknown }
) & {
  /** Number of requests that it applies to; default: all. */
  readonly times?: number;
};

/** The faults by endpoint. They can be set while the server runs. */
export class Faults {
  readonly #faults = new Map<Endpoint, { fault: Fault; left: number }>();

  set(endpoint: Endpoint, fault: Fault): void {
    this.#faults.set(endpoint, { fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults.clear();
  }

  /**
   * Applies the fault of `endpoint`.
   *
   * @returns whether the response has been sent
   */
  async strike(
    endpoint: Endpoint,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<boolean> {
    const armed = this.#faults.get(endpoint);
    if (armed === undefined || armed.left <= 0) return false;
    armed.left -= 1;
    const { fault } = armed;
    switch (fault.kind) {
      case 'response':
        response
          .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
          .end(fault.body ?? '');
        return true;
      case 'delay':
        return await hasGoneAfter(fault.milliseconds, response);
      case 'hang':
        return true;
      case 'drip':
        drip(response);
        return true;
      case 'reset':
        request.socket.resetAndDestroy();
        return true;
      case 'rewrite':
        rewrite(response, fault.change);
        return false;
    }
  }
}

/** Waits; returns whether the client has disconnected. */
async function hasGoneAfter(milliseconds: number, response: http.ServerResponse): Promise<boolean> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await delay(milliseconds, undefined, { signal: gone.signal }).catch(() => undefined);
  return gone.signal.aborted;
}

function drip(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
}

// The response has one chunk, and its headers are sent together with it.
function rewrite(
  response: http.ServerResponse,
  change: (json: Record<string, unknown>) => unknown,
): void {
  const end = response.end.bind(response);
  response.end = ((body: string | Buffer) => {
    const text = JSON.stringify(change(JSON.parse(String(body))));
    response.setHeader('content-length', Buffer.byteLength(text));
    return end(text);
  }) as typeof response.end;
}
