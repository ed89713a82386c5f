import { generateKeyPairSync } from 'node:crypto';
import type { CredentialDocument } from '../../../lib/credential/document.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type { HttpsTransport } from '../../../lib/http/https-transport.ts';
import { parseJson } from '../../../lib/http/json.ts';
import { VendedAdminTokens } from '../../../lib/rotation/admin-tokens.ts';
import { readDocument, type StoredDocument } from '../../../lib/rotation/rotated-document.ts';
import { Rotation, type RotationPorts } from '../../../lib/rotation/rotation.ts';
import type { Turn } from '../../../lib/rotation/turn.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { shipped } from '../../../recipes/shipped.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeAuditLog } from '../fake-ports.ts';
import { type AdminDialect, CLIENT_ID } from './admin-dialect.ts';
import { Killing } from './killing.ts';
import { MemorySecrets } from './memory-secrets.ts';

export const ARN =
  'arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending/checkout/orders-api-AbCdEf';
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const URLS = { allowLoopbackHttp: false };

/** A rotation of one credential `checkout/orders-api` on fakes, which can be killed at each call. */
export class RotationWorld {
  readonly clock = new FakeClock();
  readonly audit = new FakeAuditLog();
  readonly secrets = new MemorySecrets(this.clock.now);
  readonly dialect: AdminDialect;
  readonly secret;
  readonly admin;
  readonly ports: RotationPorts;
  readonly rotation: Rotation;
  readonly killing = new Killing();
  readonly warnings: string[] = [];
  /** The error of a token request of the client, if it has one. */
  tokenError: () => VendError | undefined = () => undefined;
  /** Errors of the admin API, by call of it. */
  adminError: ((call: number) => Error | undefined) | undefined;

  constructor(dialect: AdminDialect) {
    this.dialect = dialect;
    this.secret = this.secrets.add('checkout/orders-api', this.#document());
    this.admin = this.secrets.add('platform/admin', {
      issuer: 'https://login.example.com',
      client_id: 'admin',
      client_secret: 'admin-secret',
      audience: ['https://auth.example.com/'],
    });
    this.ports = this.#open();
    const options = { recipes: shipped, secretPrefix: 'token-vending/' };
    this.rotation = new Rotation(this.ports, options);
  }

  /** All four steps, with the kill and its repetition by Secrets Manager. */
  async rotate(versionId: string): Promise<void> {
    this.secret.startRotation(versionId);
    for (const step of STEPS) await this.step(step, versionId);
  }

  async step(step: (typeof STEPS)[number], versionId: string): Promise<void> {
    await this.killing.survive(() => this.run(step, versionId));
  }

  /** The turn of one step, for tests of a step alone. */
  turn(versionId: string): Turn {
    const { recipe } = this.dialect.rotation;
    return {
      id: { team: 'checkout', name: 'orders-api' },
      secret: ARN,
      region: 'eu-north-1',
      versionId,
      recipe: shipped.get(String(recipe)),
      deadline: new Deadline(this.clock, 290_000, () => new Error('late')),
      tokens: [],
    };
  }

  /** The document of a stage, as the rotation reads it. */
  read(stage: string): StoredDocument {
    const version = this.secret.find(stage);
    return readDocument({ text: version?.text ?? '', versionId: version?.id ?? '' }, URLS);
  }

  async run(step: string, versionId: string) {
    const event = { Step: step, SecretId: ARN, ClientRequestToken: versionId, RotationToken: 'x' };
    return await this.clock.runUntilDone(this.rotation.run(event));
  }

  /** Whether the vending function gets a token by one of the two versions that it may read. */
  vends(): boolean {
    return ['AWSCURRENT', 'AWSPREVIOUS'].some((stage) => {
      const text = this.secret.find(stage)?.text;
      if (text === undefined) return false;
      return this.dialect.accepts(parseCredentialDocument(text, URLS).authentication);
    });
  }

  /** Whether the current version alone works. */
  isCurrentAccepted(): boolean {
    const text = this.secret.find('AWSCURRENT')?.text ?? '';
    return this.dialect.accepts(parseCredentialDocument(text, URLS).authentication);
  }

  #document(): object {
    const { issuer, rotation, more } = this.dialect;
    const common = { issuer, client_id: CLIENT_ID, rotation, ...more };
    if (!String(rotation['recipe']).startsWith('private_key_jwt'))
      return { ...common, client_secret: 'secret-0' };
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = { ...privateKey.export({ format: 'jwk' }), kid: 'first' };
    this.dialect.keys = [key];
    return { ...common, token_endpoint_auth_method: 'private_key_jwt', private_key_jwk: key };
  }

  #open(): RotationPorts {
    const { secrets, clock, audit } = this;
    const grants = {
      obtain: async (document: CredentialDocument) => {
        const error = document.clientId === CLIENT_ID ? this.tokenError() : undefined;
        if (error !== undefined) throw error;
        if (document.clientId === CLIENT_ID && !this.dialect.accepts(document.authentication))
          throw new VendError('credential_refused');
        const isAdmin = document.clientId === 'admin';
        return {
          token: { accessToken: isAdmin ? 'admin-token' : 'token', sha256: 'e'.repeat(64) },
        };
      },
      revoke: async () => 'unsupported',
    } as unknown as RotationPorts['grants'];
    const on = <T extends object>(port: T): T => this.killing.port(port);
    const transport = on({ send: this.#transport() }).send;
    return {
      clock,
      audit: on(audit),
      warn: (message) => void this.warnings.push(message),
      secrets: on(secrets),
      grants: on(grants),
      transport,
      adminTokens: new VendedAdminTokens(secrets.store, grants, URLS),
      signer: {
        sign: async ({ headers, service, region }) => ({
          ...headers,
          authorization: `signed ${service} ${region}`,
        }),
      },
      urls: URLS,
      reading: URLS,
    };
  }

  #transport(): HttpsTransport {
    let calls = 0;
    return async (url, { method, headers, body = '' }) => {
      calls += 1;
      const error = this.adminError?.(calls);
      if (error !== undefined) throw error;
      const path = `${url.pathname}${url.search}`;
      const reply = this.dialect.handle({ method, path, headers, body: parseJson(body) });
      const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
      return { status: reply.status ?? 200, headers: reply.headers ?? {}, body: text };
    };
  }
}
