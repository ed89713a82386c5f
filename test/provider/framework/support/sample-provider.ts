import { appendFileSync } from 'node:fs';
import {
  DiagnosticError,
  FunctionError,
} from '../../../../provider/framework/diagnostics/diagnostic-error.ts';
import { defineDataSource } from '../../../../provider/framework/dispatch/data-source.ts';
import {
  defineEphemeralResource,
  type LeaseRequest,
  type OpenRequest,
} from '../../../../provider/framework/dispatch/ephemeral-resource.ts';
import { defineProvider } from '../../../../provider/framework/dispatch/provider.ts';
import {
  defineFunction,
  parameter,
} from '../../../../provider/framework/dispatch/provider-function.ts';
import { computed, optional, required } from '../../../../provider/framework/schema/attribute.ts';
import { block, defineSchema } from '../../../../provider/framework/schema/schema.ts';
import {
  bool,
  dynamic,
  list,
  map,
  number,
  set,
  string,
} from '../../../../provider/framework/schema/type.ts';
import { pathOf } from '../../../../provider/framework/values/path.ts';
import { sampleShapes } from './sample-shapes.ts';
import { type SampleClient, sampleThing } from './sample-thing.ts';

const schema = defineSchema({
  description: 'A provider for tests.',
  attributes: {
    store: optional(string, { description: 'File in which things live.' }),
    level: optional(number, {
      description: 'From 0 to 10.',
      rule: (value) => (value >= 0 && value <= 10 ? undefined : 'must be from 0 to 10'),
    }),
    token: optional(string, { description: 'Token.', sensitive: true }),
    old: optional(string, { description: 'Of old.', deprecated: 'Use level instead.' }),
  },
  blocks: {
    settings: block('single', {
      description: 'A block.',
      attributes: { mode: optional(string, { description: 'Any.' }) },
    }),
  },
});

const echoSchema = defineSchema({
  description: 'Gives back what it gets.',
  attributes: {
    text: optional(string, { description: 'Text.' }),
    amount: optional(number, { description: 'Number.' }),
    flag: optional(bool, { description: 'Flag.' }),
    words: optional(list(string), { description: 'List.' }),
    names: optional(set(string), { description: 'Set.' }),
    labels: optional(map(string), { description: 'Map.' }),
    anything: optional(dynamic, { description: 'Whatever.' }),
    text_out: computed(string, { description: 'Text.' }),
    amount_out: computed(number, { description: 'Number.' }),
    words_out: computed(list(string), { description: 'List.' }),
    anything_out: computed(dynamic, { description: 'Whatever.' }),
  },
});

const echo = defineDataSource({
  schema: echoSchema,
  async read({ config }) {
    if (config.text === 'error') {
      throw new DiagnosticError({
        summary: 'No such text',
        detail: 'Try another.',
        path: pathOf('text'),
      });
    }
    if (config.text === 'bug') throw new Error('canary-in-an-unexpected-error');
    if (config.text === 'crash')
      setTimeout(() => {
        throw new Error('canary-in-a-crash');
      }, 0);
    if (config.text === 'crash') await new Promise(() => undefined);
    return {
      text_out: config.text,
      amount_out: config.amount,
      words_out: config.words,
      anything_out: config.anything,
    };
  },
});

const tokenSchema = defineSchema({
  description: 'A value for one run.',
  attributes: {
    name: required(string, { description: 'Name.' }),
    renew_in_ms: optional(number, { description: 'When to renew.' }),
    wait: optional(bool, { description: 'Waits until it is stopped.' }),
    value: computed(string, { description: 'Value.', sensitive: true }),
  },
});

async function openToken({
  config,
  signal,
  client,
}: OpenRequest<typeof tokenSchema, SampleClient>) {
  client.note(`open ${config.name}`);
  if (config.wait === true) {
    client.note(`waiting in ${process.pid}`);
    await untilAborted(signal);
  }
  return {
    result: { value: `value-of-${config.name}` },
    lease: { name: config.name },
    renewAt: config.renew_in_ms === null ? undefined : new Date(Date.now() + config.renew_in_ms),
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

const token = defineEphemeralResource({
  schema: tokenSchema,
  open: openToken,
  async renew({ lease, client, warn }: LeaseRequest<SampleClient>) {
    client.note(`renew ${JSON.stringify(lease)}`);
    if ((lease as { readonly name: string }).name === 'left-alone') {
      warn({ summary: 'Left alone', detail: 'It lives on, and is late already.' });
      return { renewAt: new Date(0) };
    }
    throw new DiagnosticError({ summary: 'Cannot renew', detail: 'Never can.' });
  },
  async close({ lease, client }) {
    client.note(`close ${JSON.stringify(lease)}`);
  },
});

const join = defineFunction({
  summary: 'Joins text.',
  description: 'Joins text with a separator.',
  parameters: [parameter('separator', string, 'Between the parts.')],
  variadicParameter: parameter('parts', string, 'The parts.'),
  returns: string,
  call([separator], parts) {
    if (separator === '') throw new FunctionError('The separator is empty.', 0);
    return parts.join(separator);
  },
});

export const sampleProvider = defineProvider({
  name: 'sample',
  version: '0.0.1',
  schema,
  configure({ config }): SampleClient {
    const file = config.store ?? undefined;
    const notes = process.env['SAMPLE_NOTES'];
    const note: SampleClient['note'] = (line) => {
      if (notes !== undefined) appendFileSync(notes, `${line}\n`);
    };
    if (config.token !== null) note(`configured with ${config.token}`);
    return { file, note };
  },
  resources: { sample_thing: sampleThing, sample_shapes: sampleShapes },
  dataSources: { sample_echo: echo },
  ephemeralResources: { sample_token: token },
  functions: { join },
});
