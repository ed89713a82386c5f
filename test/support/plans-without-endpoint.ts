import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import { expectOne, type FailedPlanTest, NO_TOKEN, provider, token } from './failed-plan.ts';

/** A server on loopback that is not token-vending. */
export async function withServer<T>(
  answer: http.RequestListener,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Plans whose endpoint fails, or is not token-vending. */
export const PLANS_WITHOUT_ENDPOINT: readonly FailedPlanTest[] = [
  [
    'says that the endpoint cannot be reached',
    async ({ plan }) => {
      const url = await withServer(
        () => undefined,
        async (at) => at,
      );
      expectOne(await plan(provider(`endpoint = "${url}"\n  max_retries = 0`) + token()), {
        summary: `${NO_TOKEN}: endpoint_unreachable`,
        cause: /cannot be reached/,
        remedy: /Check the URL, name resolution, and any proxy or firewall/,
      });
    },
  ],

  [
    'says by how many minutes the clock is off',
    async ({ plan }) => {
      // The run cannot tell whether its own clock is slow or that of AWS fast.
      const aws: http.RequestListener = (_, response) => {
        response.sendDate = false;
        response.writeHead(403, {
          date: new Date(Date.now() + 600_000).toUTCString(),
          'x-amzn-errortype': 'InvalidSignatureException',
        });
        response.end('{"message":"Signature expired: 20260101T000000Z is now earlier than ..."}');
      };
      await withServer(aws, async (url) => {
        expectOne(await plan(provider(`endpoint = "${url}"`) + token()), {
          summary: `${NO_TOKEN}: signature_refused`,
          cause: /clock of this machine is 10 minutes behind/,
          remedy: /Set the clock/,
        });
      });
    },
  ],

  [
    'waits for an endpoint that recovers, and shows nothing',
    async ({ plan, system }) => {
      let requests = 0;
      const flaky: http.RequestListener = (_, response) => {
        requests += 1;
        response.writeHead(503, { 'retry-after': '1' });
        response.end(unavailable());
      };
      // The first response is an error. Then the real endpoint responds.
      const relay: http.RequestListener = (request, response) => {
        if (requests < 2) flaky(request, response);
        else relayTo(system.endpoint, request, response);
      };
      const diagnostics = await withServer(relay, (url) =>
        plan(provider(`endpoint = "${url}"\n  max_retries = 5`) + token()),
      );
      expect(diagnostics).toEqual([]);
      expect(requests).toBe(2);
    },
  ],

  [
    'gives up on an endpoint that does not recover, and says that waiting may help',
    async ({ plan }) => {
      let requests = 0;
      const down: http.RequestListener = (_, response) => {
        requests += 1;
        response.writeHead(503);
        response.end(unavailable());
      };
      await withServer(down, async (url) => {
        expectOne(await plan(provider(`endpoint = "${url}"\n  max_retries = 2`) + token()), {
          summary: `${NO_TOKEN}: upstream_unavailable`,
          cause: /authorization server/,
          remedy: /Wait and try again/,
        });
      });
      expect(requests).toBe(3);
    },
  ],

  [
    'reports that the responding server is not token-vending',
    async ({ plan }) => {
      const portal: http.RequestListener = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<html>canary of a login page</html>');
      };
      await withServer(portal, async (url) => {
        const diagnostics = await plan(
          provider(`endpoint = "${url}"\n  max_retries = 0`) + token(),
        );
        expectOne(diagnostics, {
          summary: `${NO_TOKEN}: answer_invalid`,
          cause: /response is not from token-vending/,
          remedy: /Check the URL of the token-vending endpoint/,
        });
        expect(JSON.stringify(diagnostics)).not.toContain('canary');
      });
    },
  ],

  [
    'ends if the responding server switches protocols, and does not hang',
    async ({ plan }) => {
      const switching: http.RequestListener = (_, response) => {
        response.socket?.end(
          'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
        );
      };
      await withServer(switching, async (url) => {
        expectOne(await plan(provider(`endpoint = "${url}"\n  max_retries = 0`) + token()), {
          summary: `${NO_TOKEN}: answer_invalid`,
          cause: /response is not from token-vending/,
          remedy: /Check the URL of the token-vending endpoint/,
        });
      });
    },
  ],

  [
    'trusts the certificate of its endpoint only with the CA bundle that vouches for it',
    async ({ plan, system, terraform }) => {
      const { keyPem: key, certPem: certificate } = makeCertificate();
      const server = https.createServer({ key, cert: certificate }, (request, response) =>
        relayTo(system.endpoint, request, response),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const endpoint = `endpoint = "https://localhost:${(server.address() as AddressInfo).port}"`;
      try {
        expectOne(await plan(provider(endpoint) + token()), {
          summary: `${NO_TOKEN}: tls_failed`,
          cause: /TLS certificate of the endpoint is not trusted/,
          remedy: /set ca_bundle/,
        });
        await terraform().write({
          'ca.pem': certificate,
          'main.tf': provider(`${endpoint}\n  ca_bundle = "ca.pem"`) + token(),
        });
        expect((await terraform().succeed(['plan'])).stdout).toContain('Opening complete');
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  ],
];

function unavailable(): string {
  return JSON.stringify({
    error: 'temporarily_unavailable',
    error_description: 'The authorization server is not available.',
    code: 'upstream_unavailable',
    request_id: 'r-1',
    advice: 'Wait and try again.',
  });
}

/** The signature covers the Host header, so the relay forwards it unchanged. */
function relayTo(endpoint: string, request: http.IncomingMessage, response: http.ServerResponse) {
  const url = new URL(request.url ?? '/', endpoint);
  const onward = http.request(
    url,
    { method: request.method, headers: request.headers },
    (upstream) => {
      response.writeHead(upstream.statusCode ?? 502, upstream.headers);
      upstream.pipe(response);
    },
  );
  request.pipe(onward);
}
