import { randomBytes } from 'node:crypto';
import {
  type CertificateAuthority,
  openCertificateAuthority,
} from '../../../local/certificate-authority.ts';
import { Credential } from '../credential.ts';
import type { Offers, RunningServer } from '../server.ts';
import { outcomeOf, type Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

const method = 'tls_client_auth';
const isOffered = ({ methods }: Offers) => methods.includes(method);

interface Wish {
  /** Default: one that the server trusts. */
  readonly authority?: CertificateAuthority;
  /** In the certificate, if it is not the registered one. */
  readonly subject?: string;
  readonly notAfter?: Date;
  readonly bound?: boolean;
  readonly changes?: Readonly<Record<string, unknown>>;
}

async function add(world: InteropWorld, wish: Wish = {}): Promise<Credential> {
  const { authority = trusted(world.server), notAfter, bound, changes } = wish;
  const registered = `CN=client-${randomBytes(4).toString('hex')}`;
  const { certificate, key } = await authority.issue({
    subject: wish.subject ?? registered,
    usage: 'client',
    ...(notAfter === undefined ? {} : { notAfter }),
  });
  const keys = { tls_client_certificate: certificate, tls_client_key: key, ...changes };
  return await Credential.add(world, {
    method,
    keys,
    certificate: { subject: registered, isTokenBound: bound ?? false },
  });
}

function trusted({ certificates }: RunningServer): CertificateAuthority {
  if (certificates === undefined) throw new Error('the server has no TLS');
  return certificates.clients;
}

async function vendBound(credential: Credential): Promise<string> {
  const { access_token: token } = await credential.vend();
  const { cnf = {} } = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
  ) as { cnf?: object };
  return 'x5t#S256' in cnf ? 'vended, bound' : 'vended, not bound';
}

/** Clients with a certificate (RFC 8705). */
export const certificates: readonly Situation[] = [
  {
    name: 'tls_client_auth',
    isOffered,
    expected: 'vended',
    run: async (world) => {
      const credential = await add(world);
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'tls_client_auth, a certificate with another subject',
    isOffered,
    expected: 'credential_refused',
    run: async (world) => {
      const credential = await add(world, { subject: 'CN=somebody-else' });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'tls_client_auth, a certificate of another authority',
    isOffered,
    expected: 'credential_refused',
    run: async (world) => {
      const authority = await openCertificateAuthority('Others');
      const credential = await add(world, { authority });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'tls_client_auth, an expired certificate',
    isOffered,
    expected: 'credential_invalid',
    run: async (world) => {
      const credential = await add(world, { notAfter: new Date(Date.now() - 1_000) });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'a token that is bound to the certificate',
    isOffered,
    expected: 'vended, bound',
    run: async (world) => {
      const changes = { tls_client_certificate_bound_access_tokens: true };
      return await vendBound(await add(world, { bound: true, changes }));
    },
  },
  {
    name: 'a token that is bound to the certificate, and the document does not allow it',
    isOffered,
    expected: 'token_unacceptable',
    run: async (world) => {
      const credential = await add(world, { bound: true });
      return await outcomeOf(() => credential.vend());
    },
  },
];
