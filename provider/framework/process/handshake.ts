import { X509Certificate } from 'node:crypto';

/** Environment variables with which Terraform starts a provider (go-plugin). */
export interface Launch {
  /** The only client certificate that may connect. Absent if `TF_DISABLE_PLUGIN_TLS` is set. */
  readonly clientCert: string | undefined;
  readonly socketDir: string | undefined;
}

// Terraform sets this value, which is public. Without it a user started the program by hand.
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const PROTOCOL_VERSION = '6';

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the reason, for the user, why this process cannot serve; `undefined` if it can */
export function findLaunchError(name: string, environment: Environment): string | undefined {
  if (environment['TF_PLUGIN_MAGIC_COOKIE'] !== MAGIC_COOKIE) {
    return `terraform-provider-${name} is a plugin of Terraform, which starts it: put it where terraform init finds it, and run terraform.`;
  }
  const offered = (environment['PLUGIN_PROTOCOL_VERSIONS'] ?? '').split(',');
  if (!offered.includes(PROTOCOL_VERSION)) {
    return `terraform-provider-${name} speaks plugin protocol 6, which Terraform 1.0 and later do. This Terraform offers ${offered.join(', ')}.`;
  }
  const cert = environment['PLUGIN_CLIENT_CERT'] ?? '';
  if (cert !== '' && !isCertificate(cert)) {
    return `terraform-provider-${name} got a PLUGIN_CLIENT_CERT that is no certificate.`;
  }
  return undefined;
}

export function readLaunch(environment: Environment): Launch {
  return {
    clientCert: environment['PLUGIN_CLIENT_CERT'] || undefined,
    socketDir: environment['PLUGIN_UNIX_SOCKET_DIR'] || undefined,
  };
}

export interface Address {
  readonly network: 'unix' | 'tcp';
  readonly address: string;
}

/**
 * The line of the handshake: core protocol 1, plugin protocol 6, network, address, and the
 * certificate as base64 without padding.
 */
export function formatHandshake(at: Address, certificate: Buffer | undefined): string {
  const cert = certificate?.toString('base64').replace(/=+$/, '') ?? '';
  return `1|${PROTOCOL_VERSION}|${at.network}|${at.address}|grpc|${cert}\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
