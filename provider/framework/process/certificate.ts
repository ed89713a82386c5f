import {
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import {
  PLUGIN_CERTIFICATE_BACKDATED_BY,
  PLUGIN_CERTIFICATE_VALID_FOR,
} from '../../../lib/time/time-budget.ts';
import {
  bitString,
  bool,
  der,
  explicit,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8,
} from './der.ts';

export interface Certificate {
  readonly der: Buffer;
  readonly certPem: string;
  readonly keyPem: string;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};

const HOST = 'localhost';

/**
 * A self-signed P-256 certificate for `localhost` (RFC 5280). Each process makes a new one and
 * keeps it in memory. Go checks the name in SAN and the key usages.
 *
 * This code exists because Terraform starts a provider 3 to 5 times per command, and the user waits
 * for each start. It takes 2 ms. General X.509 libraries take 30 to 60 ms to load and run.
 */
export function makeCertificate(now: Date = new Date()): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = signed(toBeSigned(publicKey, now), privateKey);
  return {
    der: certificate,
    // Node.js writes the PEM, because wrapping base64 by hand leaves an empty line if its length is
    // a multiple of 64.
    certPem: new X509Certificate(certificate).toString(),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function signed(body: Buffer, key: KeyObject): Buffer {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  return sequence(body, algorithm, bitString(sign('sha256', body, key)));
}

function toBeSigned(publicKey: KeyObject, now: Date): Buffer {
  const name = sequence(set(sequence(oid(OID.commonName), utf8(HOST))));
  return sequence(
    explicit(0, der(0x02, Buffer.of(2))),
    der(0x02, serialNumber()),
    sequence(oid(OID.ecdsaWithSha256)),
    name,
    sequence(
      time(now.getTime() - PLUGIN_CERTIFICATE_BACKDATED_BY),
      time(now.getTime() + PLUGIN_CERTIFICATE_VALID_FOR),
    ),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, extensions()),
  );
}

function extensions(): Buffer {
  const dnsName = der(0x82, Buffer.from(HOST));
  return sequence(
    extension(OID.basicConstraints, true, sequence(bool(true))),
    extension(OID.extendedKeyUsage, false, sequence(oid(OID.serverAuth), oid(OID.clientAuth))),
    extension(OID.subjectAltName, false, sequence(dnsName)),
  );
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  // DER omits default values, here "not critical".
  return sequence(oid(id), ...(critical ? [bool(true)] : []), octetString(value));
}

// RFC 5280 section 4.1.2.2: positive and not 0. So the first byte is from 0x40 to 0x7f.
function serialNumber(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}
