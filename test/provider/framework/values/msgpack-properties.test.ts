import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CtyType,
  typeFromJson,
  typeToJson,
} from '../../../../provider/framework/values/cty-type.ts';
import { decodeMsgpack } from '../../../../provider/framework/values/msgpack-decode.ts';
import { encodeMsgpack } from '../../../../provider/framework/values/msgpack-encode.ts';
import { assertOneMsgpackValue } from '../../../../provider/framework/values/msgpack-shape.ts';
import { valuesEqual } from '../../../../provider/framework/values/value-equality.ts';
import { ValueError } from '../../../../provider/framework/values/value-error.ts';
import { anyType, typedValue } from '../support/values.ts';

/**
 * Whether the bytes decode, or throw the error that becomes a diagnostic. Other errors are thrown
 * on.
 */
function decodesOrRefuses(bytes: Uint8Array, type: CtyType): 'value' | 'refused' {
  try {
    decodeMsgpack(bytes, type);
    return 'value';
  } catch (error) {
    if (error instanceof ValueError) return 'refused';
    throw error;
  }
}

describe('MessagePack of Terraform values, for any type and value', () => {
  it('is decoded as it was encoded', () => {
    fc.assert(
      fc.property(typedValue, ({ type, value }) => {
        const back = decodeMsgpack(encodeMsgpack(value, type), type);
        expect(valuesEqual(type, back, value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same bytes each time, also with refinements of unknowns', () => {
    fc.assert(
      fc.property(typedValue, ({ type, value }) => {
        const bytes = Buffer.from(encodeMsgpack(value, type));
        const again = Buffer.from(encodeMsgpack(decodeMsgpack(bytes, type), type));
        expect(again.equals(bytes)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is rejected with a byte too few or too many', () => {
    fc.assert(
      fc.property(typedValue, fc.nat(), ({ type, value }, cut) => {
        const bytes = encodeMsgpack(value, type);
        expect(() => assertOneMsgpackValue(bytes)).not.toThrow();
        expect(decodesOrRefuses(bytes.subarray(0, cut % bytes.length), type)).toBe('refused');
        expect(decodesOrRefuses(Buffer.concat([bytes, Buffer.of(cut % 256)]), type)).toBe(
          'refused',
        );
      }),
      { numRuns: 300 },
    );
  });

  it('has a type that is read from its JSON as it was written', () => {
    fc.assert(
      fc.property(anyType, (type) => {
        expect(typeFromJson(JSON.parse(JSON.stringify(typeToJson(type))))).toEqual(type);
      }),
    );
  });
});

describe('the decoder', () => {
  it('decodes or rejects random bytes, whatever the type', () => {
    fc.assert(
      fc.property(anyType, fc.uint8Array({ maxLength: 200 }), (type, bytes) => {
        expect(['value', 'refused']).toContain(decodesOrRefuses(bytes, type));
      }),
      { numRuns: 5000 },
    );
  });

  it('decodes or rejects damaged bytes', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(typedValue, damage, ({ type, value }, changes) => {
        const bytes = Buffer.from(encodeMsgpack(value, type));
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        expect(['value', 'refused']).toContain(decodesOrRefuses(bytes, type));
      }),
      { numRuns: 3000 },
    );
  });

  const dynamic: CtyType = { kind: 'dynamic' };
  const list: CtyType = { kind: 'list', element: dynamic };
  const nestedHead = Buffer.concat([Buffer.of(0x92, 0xc4, 0x09), Buffer.from('"dynamic"')]);
  it.each([
    ['lists in lists', Buffer.alloc(1_000_000, 0x91), list],
    [
      'lists in lists that end',
      Buffer.concat([Buffer.alloc(1_000_000, 0x91), Buffer.of(0xc0)]),
      list,
    ],
    [
      'maps in maps',
      Buffer.concat([Buffer.alloc(500_000, Buffer.of(0x81, 0xa0)), Buffer.of(0xc0)]),
      list,
    ],
    [
      'dynamic values in dynamic values',
      Buffer.concat([...Array(50_000).fill(nestedHead), Buffer.of(0xc0)]),
      dynamic,
    ],
    [
      'a type nested in itself',
      typed(`${'["list",'.repeat(50_000)}"string"${']'.repeat(50_000)}`),
      dynamic,
    ],
    [
      'half a million announced lists',
      Buffer.alloc(500_000, Buffer.of(0xdd, 0x00, 0x00, 0xff, 0xff)),
      list,
    ],
    ['text that is longer than the bytes', Buffer.of(0xdb, 0xff, 0xff, 0xff, 0xff), list],
  ])('rejects %s, and exhausts neither stack nor memory', (_, bytes, type) => {
    expect(decodesOrRefuses(bytes, type)).toBe('refused');
  });
});

/** A dynamic null with a type as JSON. */
function typed(json: string): Buffer {
  const type = Buffer.from(json);
  const head = Buffer.alloc(6);
  head.writeUInt8(0x92, 0);
  head.writeUInt8(0xc6, 1);
  head.writeUInt32BE(type.length, 2);
  return Buffer.concat([head, type, Buffer.of(0xc0)]);
}
