import { describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../../../provider/framework/process/certificate.ts';
import {
  findLaunchError,
  formatHandshake,
  readLaunch,
} from '../../../../provider/framework/process/handshake.ts';

const COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const launch = { TF_PLUGIN_MAGIC_COOKIE: COOKIE, PLUGIN_PROTOCOL_VERSIONS: '5,6' };

describe('a launch', () => {
  it.each(['5,6', '6,5', '6'])('by a Terraform that offers protocols %s is served', (versions) => {
    expect(findLaunchError('x', { ...launch, PLUGIN_PROTOCOL_VERSIONS: versions })).toBeUndefined();
  });

  it.each([
    ['by hand', {}, 'is a plugin of Terraform, which starts it'],
    [
      'by a Terraform that is too old',
      { ...launch, PLUGIN_PROTOCOL_VERSIONS: '5' },
      'speaks plugin protocol 6, which Terraform 1.0 and later do. This Terraform offers 5.',
    ],
    ['without versions', { TF_PLUGIN_MAGIC_COOKIE: COOKIE }, 'speaks plugin protocol 6'],
    [
      'with a broken certificate',
      { ...launch, PLUGIN_CLIENT_CERT: 'x' },
      'got a PLUGIN_CLIENT_CERT that is no certificate.',
    ],
  ])('%s is rejected with one line for the user', (_, environment, text) => {
    const error = findLaunchError('x', environment);
    expect(error).toMatch(/^terraform-provider-x .*\.$/);
    expect(error).toContain(text);
  });

  it('reads an empty variable as absent', () => {
    expect(readLaunch({ PLUGIN_CLIENT_CERT: '', PLUGIN_UNIX_SOCKET_DIR: '' })).toEqual({
      clientCert: undefined,
      socketDir: undefined,
    });
  });
});

describe('the line of a handshake', () => {
  it('has the address, and the certificate without padding', () => {
    const { der } = makeCertificate();
    const line = formatHandshake({ network: 'unix', address: '/tmp/p' }, der);
    const [core, protocol, network, address, kind, certificate] = line.trimEnd().split('|');
    expect([core, protocol, network, address, kind]).toEqual(['1', '6', 'unix', '/tmp/p', 'grpc']);
    expect(certificate).toMatch(/^[A-Za-z0-9+/]+$/);
    expect(Buffer.from(certificate ?? '', 'base64').equals(der)).toBe(true);
  });

  it('ends with an empty field if TLS is not requested', () => {
    expect(formatHandshake({ network: 'tcp', address: '127.0.0.1:1' }, undefined)).toBe(
      '1|6|tcp|127.0.0.1:1|grpc|\n',
    );
  });
});
