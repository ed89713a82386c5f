import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { writeZip } from '../../../tools/provider/zip.ts';
import { readModes } from './zip-modes.ts';

const program = {
  name: 'terraform-provider-x_v1.0.0',
  bytes: Buffer.from('#!/bin/sh\n'),
  mode: 0o755,
};
const license = { name: 'LICENSE', bytes: Buffer.from('Apache\n'.repeat(500)), mode: 0o644 };

describe('an archive of a provider', () => {
  it('is the same byte for byte when it is made twice', async () => {
    const first = await writeZip([program, license]);
    const second = await writeZip([program, license]);
    expect(first.equals(second)).toBe(true);
  });

  it('has the permissions with which Terraform unpacks it', async () => {
    expect(readModes(await writeZip([program, license]))).toEqual({
      'terraform-provider-x_v1.0.0': 0o100755,
      LICENSE: 0o100644,
    });
  });

  it('has no time in it', async () => {
    const archive = await writeZip([program]);
    expect(archive.readUInt32LE(10)).toBe(0x00210000);
  });

  it('is read by another implementation, whatever is in it', async () => {
    // The other implementation keeps entries in a plain object, which cannot contain this name.
    const name = fc.stringMatching(/^[a-zåé0-9_.-]{1,20}$/).filter((text) => text !== '__proto__');
    const contents = fc.dictionary(name, fc.uint8Array({ maxLength: 2000 }), {
      maxKeys: 6,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(contents, async (files) => {
        const entries = Object.entries(files);
        const archive = await writeZip(
          entries.map(([entry, bytes]) => ({ name: entry, bytes, mode: 0o644 })),
        );
        const read = unzipSync(archive);
        expect(Object.keys(read).sort()).toEqual(Object.keys(files).sort());
        for (const [entry, bytes] of entries) {
          expect(Buffer.from(read[entry] ?? []).equals(bytes)).toBe(true);
        }
      }),
    );
  });
});
