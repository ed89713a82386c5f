import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request to a service of AWS, without its signature. */
export interface AwsRequest {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface AwsResponse {
  readonly status: number;
  readonly body: string;
}

/** A service of AWS on loopback, and the options of an SDK client of it. */
export interface AwsService {
  readonly requests: readonly AwsRequest[];
  readonly options: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  close(): Promise<void>;
}

/** @param respond `undefined`: the request gets no response */
export async function startAwsService(
  respond: (request: AwsRequest) => AwsResponse | undefined,
): Promise<AwsService> {
  const requests: AwsRequest[] = [];
  const server = http.createServer(async (incoming, outgoing) => {
    const request = { headers: incoming.headers, body: await text(incoming) };
    requests.push(request);
    const response = respond(request);
    if (response === undefined) return;
    outgoing.writeHead(response.status, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(response.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    options: {
      region: 'eu-north-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
      maxAttempts: 1,
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
