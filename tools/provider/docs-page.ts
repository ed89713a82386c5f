import type { ProviderFunction } from '../../provider/framework/dispatch/provider-function.ts';
import type {
  Attribute,
  Attributes,
  AttributeType,
} from '../../provider/framework/schema/attribute.ts';
import type { Block, Schema } from '../../provider/framework/schema/schema.ts';
import type { CtyType } from '../../provider/framework/values/cty-type.ts';

export interface Page {
  readonly provider: string;
  readonly title: string;
  readonly example: string | undefined;
  readonly import?: string | undefined;
}

/** The page of a provider, with its configuration. */
export function describeProvider(page: Page, schema: Schema): string {
  return join(
    head(page, schema.description),
    exampleOf(page),
    '## Schema',
    ...attributesOf(schema.attributes),
    ...blocksOf(schema),
    ...nestedOf(schema.attributes),
  );
}

/** The page of a resource, data source or ephemeral resource. */
export function describeSchema({ page, schema }: { page: Page; schema: Schema }): string {
  const importing =
    page.import === undefined ? [] : ['## Import', `\`\`\`shell\n${page.import.trim()}\n\`\`\``];
  return join(
    head(page, schema.description),
    exampleOf(page),
    '## Schema',
    ...attributesOf(schema.attributes),
    ...blocksOf(schema),
    ...nestedOf(schema.attributes),
    ...importing,
  );
}

export function describeFunction(page: Page, name: string, definition: ProviderFunction): string {
  const { description, parameters, returns } = definition;
  const signature = `${name}(${parameters.map((one) => `${one.name} ${nameOf(one.type.cty)}`).join(', ')}) ${nameOf(returns.cty)}`;
  const list = parameters.map(
    (one, at) =>
      `${at + 1}. \`${one.name}\` (${capitalize(nameOf(one.type.cty))}) ${one.description}`,
  );
  return join(
    head(page, description),
    exampleOf(page),
    '## Signature',
    `\`\`\`text\n${signature}\n\`\`\``,
    '## Arguments',
    list.join('\n'),
  );
}

function head({ provider, title }: Page, description: string): string {
  const [first = ''] = description.split('\n');
  return `---
page_title: "${title} - ${provider}"
subcategory: ""
description: |-
  ${first}
---

# ${title}

${description}`;
}

function exampleOf({ example }: Page): string {
  return example === undefined
    ? ''
    : `## Example Usage\n\n\`\`\`terraform\n${example.trim()}\n\`\`\``;
}

const GROUPS = [
  ['Required', (mode: Attribute['mode']) => mode === 'required'],
  ['Optional', (mode: Attribute['mode']) => mode === 'optional' || mode === 'optionalComputed'],
  ['Read-Only', (mode: Attribute['mode']) => mode === 'computed'],
] as const;

function attributesOf(attributes: Attributes): string[] {
  return GROUPS.flatMap(([title, belongs]) => {
    const lines = Object.entries(attributes)
      .filter(([, { mode }]) => belongs(mode))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, attribute]) => lineOf(name, attribute));
    return lines.length === 0 ? [] : [`### ${title}`, lines.join('\n')];
  });
}

function lineOf(
  name: string,
  { type, sensitive, writeOnly, forceNew, default: usual, description, deprecated }: Attribute,
): string {
  const traits = [
    describeType(type),
    ...(sensitive ? ['Sensitive'] : []),
    ...(writeOnly ? ['Write-only'] : []),
    ...(deprecated === undefined ? [] : ['Deprecated']),
  ];
  const notes = [
    ...(usual === undefined ? [] : [`Default: \`${JSON.stringify(usual)}\`.`]),
    ...(forceNew ? ['A change replaces it.'] : []),
  ];
  return `- \`${name}\` (${traits.join(', ')}) ${[description, ...notes].join(' ')}`;
}

function blocksOf({ blocks }: Schema): string[] {
  return Object.entries(blocks).flatMap(([name, block]: [string, Block]) => [
    `### Block \`${name}\``,
    block.description,
    ...attributesOf(block.attributes).map((part) => part.replace(/^### /, '#### ')),
    ...nestedOf(block.attributes, `${name}.`),
  ]);
}

/** The attributes of nested attributes, each under its own heading. */
function nestedOf(attributes: Attributes, prefix = ''): string[] {
  return Object.entries(attributes).flatMap(([name, { type }]) =>
    'nesting' in type
      ? [
          `### Nested \`${prefix}${name}\``,
          ...attributesOf(type.attributes).map((part) => part.replace(/^### /, '#### ')),
          ...nestedOf(type.attributes, `${prefix}${name}.`),
        ]
      : [],
  );
}

function describeType(type: AttributeType): string {
  return 'nesting' in type
    ? `Attributes ${capitalize(type.nesting)}`
    : capitalize(nameOf(type.cty));
}

function nameOf(type: CtyType): string {
  switch (type.kind) {
    case 'list':
    case 'set':
    case 'map':
      return `${type.kind} of ${nameOf(type.element)}`;
    case 'bool':
      return 'boolean';
    default:
      return type.kind;
  }
}

function capitalize(text: string): string {
  return text
    .split(' ')
    .map((word) => (word === 'of' ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(' ');
}

function join(...parts: readonly string[]): string {
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
