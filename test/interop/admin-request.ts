export interface AdminRequest {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A request to the administration of a server.
 *
 * @throws Error with the status and body of a response that is not 2xx
 */
export async function adminRequest(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  { body, headers }: AdminRequest = {},
): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok) return response;
  throw new Error(`${method} ${url}: ${response.status}: ${await response.text()}`);
}
