import { isAllowed, type PolicyDocument } from './aws-iam/iam-evaluator.ts';
import { ACCOUNT } from './callers.ts';
import { type JsonService, type ServiceCall, startJsonService } from './json-service.ts';
import { KmsKeys } from './kms-keys.ts';
import { type KmsOperation, kmsOperations } from './kms-operations.ts';
import type { ServiceAccess } from './signed-call.ts';

export interface LocalKms extends JsonService {
  readonly keys: KmsKeys;
}

/**
 * AWS KMS on loopback: asymmetric keys that sign. Only the roles of a key may sign with it. An operator
 * may do everything else, as in the template.
 */
export async function startKms(options: ServiceAccess & { port: number }): Promise<LocalKms> {
  const keys = new KmsKeys(options.region);
  const service = await startJsonService({
    ...options,
    service: 'kms',
    target: 'TrentService',
    part: 'KMS endpoint',
    setting: 'TOKEN_VENDING_LOCAL_PORT_KMS',
    operations: Object.keys(kmsOperations),
    mayCall: (call) => mayCall(keys, call),
    perform: async ({ operation, input }) =>
      (kmsOperations[operation] as KmsOperation)(keys, input),
  });
  return Object.assign(service, { keys });
}

const OPERATOR: PolicyDocument = {
  Statement: [
    { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
    { Effect: 'Deny', Action: 'kms:Sign', Resource: '*' },
  ],
};

function mayCall(keys: KmsKeys, { caller, operation, input }: ServiceCall): boolean {
  return isAllowed({
    principal: {
      arn: `arn:aws:iam::${ACCOUNT}:role/${caller.name}`,
      account: ACCOUNT,
      policies: policiesOf(caller.name, keys),
    },
    action: `kms:${operation}`,
    // An unknown key is permitted to the operator, who is told that it does not exist.
    resource: { arn: keys.find(input['KeyId'])?.arn ?? '*', account: ACCOUNT, policies: [] },
  });
}

function policiesOf(name: string, keys: KmsKeys): PolicyDocument[] {
  if (name === 'operator') return [OPERATOR];
  const own = keys.all().filter(({ signers }) => signers.includes(name));
  const Statement = own.map(({ arn: Resource }) => ({
    Effect: 'Allow',
    Action: 'kms:Sign',
    Resource,
  }));
  return [{ Statement }];
}
