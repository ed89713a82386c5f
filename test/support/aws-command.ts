// The part of the AWS command line that the pages use, on the local system. TEST_AWS_ENDPOINTS has the
// URL of Secrets Manager for each Region.
import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
  RemoveRegionsFromReplicationCommand,
  SecretsManagerClient,
  StopReplicationToReplicaCommand,
} from '@aws-sdk/client-secrets-manager';

const { positionals, values } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    region: { type: 'string' },
    'secret-id': { type: 'string' },
    filters: { type: 'string' },
    query: { type: 'string' },
    output: { type: 'string' },
    'remove-replica-regions': { type: 'string' },
    'force-delete-without-recovery': { type: 'boolean' },
    'function-name': { type: 'string' },
    'reserved-concurrent-executions': { type: 'string' },
  },
});

const [service, operation] = positionals;
const { region = '', query = '' } = values;
const SecretId = values['secret-id'];
const client = new SecretsManagerClient({
  region,
  endpoint: JSON.parse(process.env['TEST_AWS_ENDPOINTS'] ?? '{}')[region],
  maxAttempts: 1,
});

const operations: Record<string, () => Promise<object>> = {
  'list-secrets': async () => {
    const [, prefix = ''] = /^Key=name,Values=(.*)$/.exec(values.filters ?? '') ?? [];
    return await client.send(
      new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }] }),
    );
  },
  'describe-secret': async () => await client.send(new DescribeSecretCommand({ SecretId })),
  'stop-replication-to-replica': async () =>
    await client.send(new StopReplicationToReplicaCommand({ SecretId })),
  'remove-regions-from-replication': async () =>
    await client.send(
      new RemoveRegionsFromReplicationCommand({
        SecretId,
        RemoveReplicaRegions: [values['remove-replica-regions'] ?? ''],
      }),
    ),
  'delete-secret': async () =>
    await client.send(
      new DeleteSecretCommand({
        SecretId,
        ForceDeleteWithoutRecovery: values['force-delete-without-recovery'],
      }),
    ),
};

type Response = Readonly<Record<string, unknown>>;

/** The queries of the pages, in JMESPath: `A`, `A[].B` and `A[].[B,C]`. */
function select(response: Response): unknown {
  const [, list = '', members] = /^(\w+)(?:\[\]\.(.*))?$/.exec(query) ?? [];
  if (members === undefined) return query === '' ? undefined : response[list];
  const items = response[list] as Response[];
  const names = members.replace(/[[\]]/g, '').split(',');
  return items.map((item) => names.map((name) => item[name] ?? 'None'));
}

function print(selected: unknown): void {
  if (selected === undefined) return;
  process.stdout.write(
    `${values.output === 'text' ? toText(selected as unknown[][]) : JSON.stringify(selected, null, 4)}\n`,
  );
}

function toText(rows: readonly unknown[][]): string {
  const isList = !query.endsWith(']');
  return isList ? rows.flat().join('\t') : rows.map((row) => row.join('\t')).join('\n');
}

if (service === 'lambda') {
  // The test stops the functions.
} else {
  const perform = operations[operation ?? ''];
  if (perform === undefined) throw new Error(`aws ${service} ${operation} is not supported here`);
  print(select((await perform()) as Response));
}
