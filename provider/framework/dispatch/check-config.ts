import type { DiagnosticText } from '../diagnostics/diagnostic.ts';
import { type Attribute, type Attributes, isNested, type Nested } from '../schema/attribute.ts';
import type { Blocks, Schema } from '../schema/schema.ts';
import type { CtyType } from '../values/cty-type.ts';
import { formatPath, type Path } from '../values/path.ts';
import { Decimal, isList, isRecord, Unknown, type Value } from '../values/value.ts';

export interface DiagnosticSink {
  readonly error: (text: DiagnosticText) => void;
  readonly warn: (text: DiagnosticText) => void;
}

/**
 * Checks a configuration against the rules of its schema. Each diagnostic has the path of its
 * attribute. Unknown values are not checked: a later call checks them when they are known.
 */
export function checkConfig(schema: Schema, config: Value, sink: DiagnosticSink): void {
  checkObject(schema, config, [], sink);
}

function checkObject(
  shape: { readonly attributes: Attributes; readonly blocks?: Blocks },
  value: Value,
  path: Path,
  sink: DiagnosticSink,
): void {
  if (!isRecord(value)) return;
  for (const [name, attribute] of Object.entries(shape.attributes)) {
    checkAttribute(attribute, value[name] ?? null, [...path, { attribute: name }], sink);
  }
  for (const [name, block] of Object.entries(shape.blocks ?? {})) {
    checkNested(block, value[name] ?? null, [...path, { attribute: name }], sink);
  }
}

function checkAttribute(
  attribute: Attribute,
  value: Value,
  path: Path,
  sink: DiagnosticSink,
): void {
  if (value === null) return;
  const { type, deprecated } = attribute;
  if (deprecated !== undefined) {
    sink.warn({ summary: `${formatPath(path)} is deprecated`, detail: deprecated, path });
  }
  if (value instanceof Unknown) return;
  if (isNested(type)) checkNested(type, value, path, sink);
  else if (!checkPlain(type.cty, value, path, sink)) return;
  const error = attribute.rule?.(value);
  if (error !== undefined) {
    const name = formatPath(path);
    sink.error({ summary: `${name} is not valid`, detail: `${name} ${error}.`, path });
  }
}

function checkNested(nested: Nested, value: Value, path: Path, sink: DiagnosticSink): void {
  const { nesting, attributes } = nested;
  const check = (item: Value, at: Path) => checkObject({ attributes }, item, at, sink);
  if (nesting === 'single') check(value, path);
  else if (isList(value)) {
    value.forEach((item, index) => {
      check(item, nesting === 'set' ? path : [...path, { index }]);
    });
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) check(item, [...path, { key }]);
  }
}

/**
 * Whether the value fits its TypeScript type: numbers are exact, collections hold no null, and
 * nothing inside is unknown.
 */
function checkPlain(type: CtyType, value: Value, path: Path, sink: DiagnosticSink): boolean {
  if (value === null || value instanceof Unknown) return false;
  switch (type.kind) {
    case 'number':
      return checkNumber(value, path, sink);
    case 'list':
    case 'set':
      if (!isList(value)) return false;
      return value
        .map((item, index) => {
          const at = type.kind === 'set' ? path : [...path, { index }];
          return checkElement(type.element, item, at, sink);
        })
        .every(Boolean);
    case 'map':
      if (!isRecord(value)) return false;
      return Object.entries(value)
        .map(([key, item]) => checkElement(type.element, item, [...path, { key }], sink))
        .every(Boolean);
    case 'object':
      return checkFields(type.attributes, value, path, sink);
    default:
      return true;
  }
}

function checkElement(type: CtyType, value: Value, path: Path, sink: DiagnosticSink): boolean {
  if (value !== null) return checkPlain(type, value, path, sink);
  const detail = `${formatPath(path)} is null. Leave the element out instead.`;
  sink.error({ summary: 'Element is null', detail, path });
  return false;
}

function checkFields(
  types: Readonly<Record<string, CtyType>>,
  value: Value,
  path: Path,
  sink: DiagnosticSink,
): boolean {
  if (!isRecord(value)) return false;
  return Object.entries(types)
    .map(([name, type]) => {
      const field = value[name] ?? null;
      return field === null || checkPlain(type, field, [...path, { attribute: name }], sink);
    })
    .every(Boolean);
}

function checkNumber(value: Value, path: Path, sink: DiagnosticSink): boolean {
  if (!(value instanceof Decimal) && typeof value !== 'bigint') return true;
  const detail = `${formatPath(path)} has more digits than a number can hold here (about 15).`;
  sink.error({ summary: 'Number is too precise', detail, path });
  return false;
}
