import http from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { listenOnLoopback } from '../../local/loopback-server.ts';

/** The responses of a scripted authorization server. Tests change them. */
export interface IssuerScript {
  /** Members of its metadata that differ. */
  metadata: Record<string, unknown>;
  /** Claims of its tokens that differ; `undefined`: its tokens are opaque. */
  claims: Record<string, unknown> | undefined;
  /** Members of its token response that differ. */
  response: Record<string, unknown>;
  status: number;
  revocationStatus: number;
  /** `kid` of its published key. */
  publishedKid: string;
}

export interface ScriptedIssuer {
  readonly url: string;
  readonly script: IssuerScript;
  /** Tokens that it issued. */
  readonly issued: string[];
  /** Back to a server that follows the standards. */
  reset(): void;
  close(): Promise<void>;
}

const standard = (): IssuerScript => ({
  metadata: {},
  claims: {},
  response: {},
  status: 200,
  revocationStatus: 200,
  publishedKid: 'key-1',
});

/** An authorization server of a few lines, whose responses a test determines. */
export async function startScriptedIssuer(): Promise<ScriptedIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const script = standard();
  const issued: string[] = [];
  const metadata = () => ({
    issuer: listening.url,
    token_endpoint: `${listening.url}/token`,
    jwks_uri: `${listening.url}/jwks`,
    ...script.metadata,
  });
  const issue = async ({ claims }: IssuerScript) => {
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const payload = { iss: listening.url, client_id: 'client-1', exp, ...claims };
    const header = { alg: 'ES256', kid: 'key-1' };
    const token =
      claims === undefined
        ? crypto.randomUUID()
        : await new SignJWT(payload).setProtectedHeader(header).sign(privateKey);
    issued.push(token);
    return token;
  };
  const bodyOf = async (path: string) => {
    if (path === '/jwks') return { keys: [{ ...jwk, kid: script.publishedKid }] };
    if (path !== '/token') return metadata();
    const token = { access_token: await issue(script), token_type: 'Bearer', expires_in: 3600 };
    return { ...token, ...script.response };
  };
  const server = http.createServer((request, response) => {
    request.resume();
    const { url = '' } = request;
    const [statusAt = 200] = [url]
      .filter((path) => path === '/token' || path === '/revoke')
      .map((path) => (path === '/token' ? script.status : script.revocationStatus));
    void bodyOf(url).then((body) =>
      response
        .writeHead(statusAt, { 'content-type': 'application/json' })
        .end(JSON.stringify(body)),
    );
  });
  const listening = await listenOnLoopback(server, 0, 'authorization server', 'nothing');
  const reset = () => void Object.assign(script, standard());
  return { url: listening.url, script, issued, reset, close: listening.close };
}
