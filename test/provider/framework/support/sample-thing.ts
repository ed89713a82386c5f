import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DiagnosticError } from '../../../../provider/framework/diagnostics/diagnostic-error.ts';
import {
  type CreateRequest,
  defineResource,
  type StateRequest,
  type UpdateRequest,
} from '../../../../provider/framework/dispatch/resource.ts';
import {
  computed,
  nested,
  optional,
  optionalComputed,
  required,
} from '../../../../provider/framework/schema/attribute.ts';
import type { State } from '../../../../provider/framework/schema/infer.ts';
import { block, defineSchema } from '../../../../provider/framework/schema/schema.ts';
import { list, map, number, string } from '../../../../provider/framework/schema/type.ts';

export interface SampleClient {
  readonly file: string | undefined;
  readonly note: (line: string) => void;
}

const schema = defineSchema({
  version: 1,
  description: 'A thing in a file.',
  attributes: {
    name: required(string, { description: 'Name.', forceNew: true }),
    size: optionalComputed(number, { description: 'Size.', default: 3 }),
    ratio: optional(number, { description: 'Any number.' }),
    tags: optional(map(string), { description: 'Tags.' }),
    words: optional(list(string), { description: 'Words.' }),
    document: optional(string, {
      description: 'JSON; its spaces do not count.',
      semanticEquals: (left, right) => left.replace(/\s/g, '') === right.replace(/\s/g, ''),
    }),
    rules: optional(
      nested('list', {
        key: required(string, { description: 'Key.' }),
        weight: optionalComputed(number, { description: 'Weight.', default: 1 }),
      }),
      { description: 'Rules.' },
    ),
    secret: optional(string, { description: 'Secret.', writeOnly: true, sensitive: true }),
    secret_version: optional(number, { description: 'Raise it to send the secret again.' }),
    id: computed(string, { description: 'Identifier.', keep: true }),
    revision: computed(number, { description: 'Counts updates.' }),
    secret_length: computed(number, { description: 'Length of the secret.' }),
  },
  blocks: {
    part: block('list', {
      description: 'Parts.',
      attributes: { label: required(string, { description: 'Label.' }) },
    }),
  },
});

type Thing = State<typeof schema>;

function fileOf({ client }: { client: SampleClient }): string {
  if (client.file === undefined)
    throw new DiagnosticError({ summary: 'No store', detail: 'Set store.' });
  return client.file;
}

async function write(
  request: CreateRequest<typeof schema, SampleClient>,
  revision: number,
): Promise<Pick<Thing, 'size' | 'id' | 'revision' | 'secret_length'>> {
  const { config, plan } = request;
  const thing = {
    ...plan,
    secret: null,
    id: `id-${config.name}`,
    revision,
    secret_length: config.secret?.length ?? 0,
  } as unknown as Thing;
  const { size, id, secret_length } = thing;
  if (config.name === 'half-made') {
    throw new DiagnosticError(
      { summary: 'Half made', detail: 'It exists.' },
      { state: { id, revision } },
    );
  }
  writeFileSync(fileOf(request), JSON.stringify(thing));
  return { size, id, revision, secret_length };
}

async function read(
  request: StateRequest<typeof schema, SampleClient>,
): Promise<Thing | undefined> {
  const file = fileOf(request);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

export const sampleThing = defineResource({
  schema,
  create: (request: CreateRequest<typeof schema, SampleClient>) => write(request, 1),
  update: (request: UpdateRequest<typeof schema, SampleClient>) =>
    write(request, (request.prior.revision ?? 0) + 1),
  read,
  async delete(request) {
    rmSync(fileOf(request));
  },
  async import({ id }) {
    return { id, name: id.replace('id-', '') };
  },
  upgrade: (_version, state) => ({ ...state, size: state['length'] ?? 3 }),
});
