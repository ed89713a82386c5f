import type { KeyObject } from 'node:crypto';
import { signAs } from '../../local/kms-operations.ts';
import { type AwsService, startAwsService } from './aws-service.ts';

/** A key of the service below. */
export interface KmsServiceKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly keySpec: string;
  readonly algorithms: readonly string[];
  readonly usage?: string;
  readonly state?: string;
}

/** AWS KMS on loopback, with real keys. */
export interface KmsService extends AwsService {
  /** By key id. */
  readonly keys: Map<string, KmsServiceKey>;
  /** Exceptions that the next calls of an operation respond with. */
  readonly refusals: Map<string, string>;
}

export async function startKmsService(): Promise<KmsService> {
  const keys = new Map<string, KmsServiceKey>();
  const refusals = new Map<string, string>();
  const service = await startAwsService(({ headers, body }) => {
    const operation = String(headers['x-amz-target']).replace('TrentService.', '');
    const input = JSON.parse(body) as Record<string, string>;
    const key = keys.get(String(input['KeyId']).replace(/.*\//, ''));
    const refusal =
      refusals.get(operation) ?? (key === undefined ? 'NotFoundException' : undefined);
    if (refusal !== undefined || key === undefined)
      return { status: 400, body: JSON.stringify({ __type: refusal, message: 'No.' }) };
    return { status: 200, body: JSON.stringify(carryOut(operation, input, key)) };
  });
  return { ...service, keys, refusals };
}

function carryOut(operation: string, input: Record<string, string>, key: KmsServiceKey): object {
  const { KeyId, SigningAlgorithm = '', Message = '' } = input;
  const { keySpec: KeySpec, usage: KeyUsage = 'SIGN_VERIFY', state: KeyState = 'Enabled' } = key;
  const about = { KeyId, KeySpec, KeyUsage, SigningAlgorithms: key.algorithms };
  switch (operation) {
    case 'Sign':
      return {
        KeyId,
        SigningAlgorithm,
        Signature: signAs(
          SigningAlgorithm,
          key.privateKey,
          Buffer.from(Message, 'base64'),
        ).toString('base64'),
      };
    case 'GetPublicKey':
      return {
        ...about,
        PublicKey: key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      };
    default:
      return { KeyMetadata: { ...about, KeyState, Enabled: KeyState === 'Enabled' } };
  }
}
