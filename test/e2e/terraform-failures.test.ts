import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { describeTerraform, type Terraform } from '../support/terraform.ts';
import { openTerraform, releaseTokenVending } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform;

beforeAll(async () => {
  release = await releaseTokenVending();
  system = await startTestSystem();
});
afterEach(() => terraform.close());
afterAll(() => system.stop());

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly start: { readonly line: number } };
  readonly snippet?: { readonly code: string };
}

/** The errors of one plan, as Terraform gives them to machines. */
async function plan(
  configuration: string,
  { caller = 'ci-checkout', environment = {} as Record<string, string> } = {},
): Promise<Diagnostic[]> {
  terraform = await openTerraform(system, caller, { releases: [release], configuration });
  const { stdout } = await terraform.run(['plan', '-json'], environment);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ diagnostic }) => diagnostic?.severity === 'error')
    .map(({ diagnostic }) => diagnostic);
}

const token = (attributes = '') => `
ephemeral "tokenvending_access_token" "it" {
  credential = "checkout/orders-api"
  ${attributes}
}
`;
const provider = (attributes: string) => `
provider "tokenvending" {
  ${attributes}
}
`;

/** A server on loopback that is not token-vending. */
async function withServer<T>(
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

describeTerraform('a Terraform run that gets no token', () => {
  const expectOne = (
    diagnostics: readonly Diagnostic[],
    wanted: { summary: string; cause: RegExp; remedy: RegExp; line?: string },
  ) => {
    expect(diagnostics.map(({ summary }) => summary)).toEqual([wanted.summary]);
    const [{ detail, snippet } = { detail: '' }] = diagnostics;
    // Terraform wraps lines at any space.
    const text = detail.replace(/\s+/g, ' ');
    expect(text).toMatch(wanted.cause);
    expect(text).toMatch(wanted.remedy);
    if (wanted.line !== undefined) expect(snippet?.code.trim()).toBe(wanted.line);
  };
  const NO_TOKEN = 'No access token for checkout/orders-api';

  it('says that no endpoint is configured', async () => {
    expectOne(await plan(token(), { environment: { TOKEN_VENDING_ENDPOINT: '' } }), {
      summary: 'No endpoint is configured: endpoint_invalid',
      cause: /URL of the token-vending endpoint is missing/,
      remedy: /Set endpoint in the block of provider "tokenvending", or .*TOKEN_VENDING_ENDPOINT/,
    });
  });

  it('shows the line of an endpoint that is no URL', async () => {
    expectOne(await plan(provider('endpoint = "orders.example.com"') + token()), {
      summary: 'The provider cannot be configured: endpoint_invalid',
      cause: /missing or invalid/,
      remedy: /https URL/,
      line: 'endpoint = "orders.example.com"',
    });
  });

  it('says that the endpoint cannot be reached', async () => {
    const url = await withServer(
      () => undefined,
      async (at) => at,
    );
    expectOne(await plan(provider(`endpoint = "${url}"\n  max_retries = 0`) + token()), {
      summary: `${NO_TOKEN}: endpoint_unreachable`,
      cause: /cannot be reached/,
      remedy: /Check the URL, name resolution, and any proxy or firewall/,
    });
  });

  it('tells the region of another endpoint from wrong credentials', async () => {
    expectOne(await plan(provider('region = "us-east-1"') + token()), {
      summary: `${NO_TOKEN}: signature_refused`,
      cause: /for another region/,
      remedy: /Set the region of the endpoint/,
    });
  });

  it('says that the AWS credentials have expired', async () => {
    expectOne(await plan(token(), { caller: 'ci-expired' }), {
      summary: `${NO_TOKEN}: signature_refused`,
      cause: /AWS credentials have expired/,
      remedy: /Sign in again .* or let the job assume its role again/,
    });
  });

  it('says by how many minutes the clock is off', async () => {
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
  });

  it('shows what policy advises, at the credential', async () => {
    expectOne(await plan(token(), { caller: 'ci-payments' }), {
      summary: `${NO_TOKEN}: policy_denied`,
      cause: /No policy allows this caller to use the credential/,
      remedy: /Check the name. Then ask the operator to permit this role.*Request id: /,
      line: 'credential = "checkout/orders-api"',
    });
  });

  it('responds in the same way for a credential that does not exist', async () => {
    const configuration = token().replace('checkout/orders-api', 'inventory/no-such-api');
    expectOne(await plan(configuration), {
      summary: 'No access token for inventory/no-such-api: policy_denied',
      cause: /or the credential does not exist/,
      remedy: /Check the name/,
      line: 'credential = "inventory/no-such-api"',
    });
  });

  it('shows the line of a min_ttl that no token has, and how long tokens live', async () => {
    expectOne(await plan(token('min_ttl    = "10h"')), {
      summary: `${NO_TOKEN}: min_ttl_unsatisfiable`,
      cause: /lives 3[56]\d\d s/,
      remedy: /smaller min_ttl.*split the run/,
      line: 'min_ttl    = "10h"',
    });
  });

  it('shows the line of a scope that the credential has not', async () => {
    expectOne(await plan(token('scope      = ["reports:read"]')), {
      summary: `${NO_TOKEN}: scope_refused`,
      cause: /does not allow the requested/,
      remedy: /Request a listed scope/,
      line: 'scope      = ["reports:read"]',
    });
  });

  it('rejects invalid values before any request, each with its line', async () => {
    const wrong = token('min_ttl    = "soon"').replace('checkout/orders-api', 'Checkout');
    const diagnostics = await plan(wrong);
    expect(diagnostics.map(({ snippet }) => snippet?.code.trim()).sort()).toEqual([
      'credential = "Checkout"',
      'min_ttl    = "soon"',
    ]);
    expect(diagnostics.map(({ detail }) => detail).join(' ')).toMatch(/must be team\/name/);
  });

  it('waits for an endpoint that recovers, and shows nothing', async () => {
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
  });

  it('gives up on an endpoint that does not recover, and says that waiting may help', async () => {
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
  });

  it('reports that the responding server is not token-vending', async () => {
    const portal: http.RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html>canary of a login page</html>');
    };
    await withServer(portal, async (url) => {
      const diagnostics = await plan(provider(`endpoint = "${url}"\n  max_retries = 0`) + token());
      expectOne(diagnostics, {
        summary: `${NO_TOKEN}: answer_invalid`,
        cause: /response is not from token-vending/,
        remedy: /Check the URL of the token-vending endpoint/,
      });
      expect(JSON.stringify(diagnostics)).not.toContain('canary');
    });
  });

  it('trusts the certificate of its endpoint only with the CA bundle that vouches for it', async () => {
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
      await terraform.write({
        'ca.pem': certificate,
        'main.tf': provider(`${endpoint}\n  ca_bundle = "ca.pem"`) + token(),
      });
      expect((await terraform.succeed(['plan'])).stdout).toContain('Opening complete');
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('refuses a CA bundle that holds no certificate, at its line', async () => {
    expectOne(await plan(provider('ca_bundle = "versions.tf"') + token()), {
      summary: 'ca_bundle is not usable',
      cause: /holds no certificate/,
      remedy: /PEM/,
      line: 'ca_bundle = "versions.tf"',
    });
  });
});

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
