import { BlockList, isIP } from 'node:net';

// RFC 6890 and the registries of special-purpose addresses. 169.254.169.254 serves the credentials
// of a machine. Other addresses contain one of IPv4: by NAT64 (RFC 6052, RFC 8215) and 6to4.
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6');

/**
 * Whether a host, as the URL API writes it, is an address or a name of a private network, of this
 * link or of this machine.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  const version = isIP(host);
  if (version === 0) return /(^|\.)(localhost|local|internal|localdomain|home\.arpa)$/.test(host);
  return PRIVATE.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
