import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { readWellKnown } from '../../../lib/grant/read-well-known.ts';
import { DOCUMENT, FakeServer, METADATA } from '../../support/fake-ports.ts';

const document = parseCredentialDocument(JSON.stringify(DOCUMENT), { allowLoopbackHttp: false });
const { signal } = new AbortController();
const invalid = new VendError('upstream_invalid', { says: 'the first' });

function read(metadata: FakeServer['metadata'], check: (json: unknown) => void = () => undefined) {
  const server = new FakeServer();
  server.metadata = metadata;
  return { server, found: readWellKnown(server, document, check, signal) };
}

describe('well-known metadata', () => {
  it('is the first that is valid', async () => {
    const { json, rest } = await read(METADATA).found;
    expect([json, rest.length]).toEqual([METADATA, 1]);
    const second = await read((call: number) => (call === 1 ? invalid : METADATA)).found;
    expect(second).toMatchObject({ json: METADATA, rest: [] });
    expect(second.urls.map(({ pathname }) => pathname)).toEqual([
      '/.well-known/oauth-authorization-server',
    ]);
  });

  it('is not looked for further at a server that is failing', async () => {
    const { server, found } = read(new VendError('upstream_unavailable'));
    await expect(found).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(server.metadataReads).toHaveLength(1);
    const later = read((call: number) =>
      call === 1 ? invalid : new VendError('upstream_unavailable'),
    );
    await expect(later.found).rejects.toBe(invalid);
  });

  it('that is invalid ends with the first error', async () => {
    const { found } = read(METADATA, () => {
      throw invalid;
    });
    await expect(found).rejects.toBe(invalid);
  });

  it('names the URLs if there is none', async () => {
    await expect(read(() => undefined).found).rejects.toThrow(
      /no metadata at https:\/\/auth.example.com\/.well-known\/openid-configuration nor at https:\/\/auth.example.com\/.well-known\/oauth-authorization-server,/,
    );
  });
});
