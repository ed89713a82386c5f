import http from 'node:http';
import https from 'node:https';
import { listenOnLoopback } from '../../local/loopback-server.ts';
import type { Certificate } from '../../provider/framework/process/certificate.ts';

/** A loopback server instead of the endpoint, or in front of it. */
export interface Doorway {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param certificate uses TLS if set
 */
export async function openDoorway(
  respond: http.RequestListener,
  certificate?: Certificate,
): Promise<Doorway> {
  const server =
    certificate === undefined
      ? http.createServer(respond)
      : https.createServer({ cert: certificate.certPem, key: certificate.keyPem }, respond);
  const { port, close } = await listenOnLoopback(server, 0, 'doorway', 'nothing');
  const url = certificate === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return { port, url, close };
}

/** Forwards every request unchanged, and returns the response with `headers` instead of its own. */
export function passOn(
  target: string,
  headers: () => Readonly<Record<string, string>> = () => ({}),
): http.RequestListener {
  return (request, response) => {
    const { method, headers: sent, url = '/' } = request;
    const options = { ...(method === undefined ? {} : { method }), headers: sent };
    const onward = http.request(`${target}${url}`, options, (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, { ...upstream.headers, ...headers() });
      upstream.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
}

/** Responds to signed requests instead of the function, and rejects the others as AWS does. */
export function refuseAll(status: number, body: object, errorType: string): http.RequestListener {
  return (request, response) => {
    request.resume();
    const signed = request.headers.authorization !== undefined;
    response.writeHead(signed ? status : 403, {
      'content-type': 'application/json',
      'x-amzn-errortype': signed ? errorType : 'AccessDeniedException',
    });
    response.end(JSON.stringify(signed ? body : { Message: 'Forbidden' }));
  };
}
