import fc from 'fast-check';

/**
 * The text of any JSON value, which `JSON.stringify` cannot write in each form: numbers beyond the
 * range of a double, lone surrogates, repeated members, deep nesting.
 */
const anyScalar = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '""', '{}', '[]', '[null]'),
  fc.constantFrom('0', '-0', '-1', '1e999', '-1e999', '1e308', '0.5', '99999999999999999999999'),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  fc.string().map((text) => JSON.stringify(text)),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"\\ud800"', '"a\\u0000b"', '"\\u202e"', '"a\\r\\nb"', '"__proto__"'),
);

const anyNested = fc.oneof(
  fc.array(anyScalar, { maxLength: 4 }).map((items) => `[${items.join()}]`),
  fc.tuple(fc.string(), anyScalar).map(([name, value]) => `{${JSON.stringify(name)}:${value}}`),
  fc.integer({ min: 1, max: 3_000 }).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
);

export const anyValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: anyScalar },
  { weight: 1, arbitrary: anyNested },
);

/**
 * The text of an object with some of these members, in any order, some of them twice, some beside
 * members of other names.
 *
 * @param usual values of each member that a server may write
 */
export function anyObject(
  usual: Readonly<Record<string, readonly unknown[]>>,
): fc.Arbitrary<string> {
  const member = fc.constantFrom(...Object.keys(usual)).chain((name) => {
    const values = (usual[name] as unknown[]).map((value) => JSON.stringify(value));
    const value = fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...values) },
      { weight: 1, arbitrary: anyValue },
    );
    return value.map((text) => `${JSON.stringify(name)}:${text}`);
  });
  const other = fc
    .tuple(fc.constantFrom('__proto__', 'constructor', 'toString', 'id', ''), anyValue)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  const first = Object.entries(usual).map(
    ([name, [value]]) => `"${name}":${JSON.stringify(value)}`,
  );
  // A complete object with some changes gets further than one of any members.
  const changed = fc
    .array(fc.oneof({ weight: 5, arbitrary: member }, { weight: 1, arbitrary: other }), {
      maxLength: 3,
    })
    .map((members) => [...first, ...members]);
  const any = fc.array(fc.oneof(member, other), { maxLength: 8 });
  return fc
    .oneof({ weight: 3, arbitrary: changed }, { weight: 1, arbitrary: any })
    .map((members) => `{${members.join()}}`);
}

/** The body of a response: JSON with what may stand around it, or something else. */
export function anyBody(json: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const around = fc.constantFrom('', '\uFEFF', ' \r\n\t', '\uFEFF\n');
  return fc.oneof(
    { weight: 20, arbitrary: fc.tuple(around, json).map(([before, text]) => `${before}${text}\n`) },
    { weight: 1, arbitrary: anyValue },
    { weight: 1, arbitrary: fc.string() },
  );
}
