import {
  type $Command,
  type ServiceInputTypes as Input,
  type ServiceOutputTypes as Output,
  type SecretsManagerClientResolvedConfig as ResolvedConfig,
  type SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { withoutBody } from '../errors/without-body.ts';
import { SecretsError } from './secret-errors.ts';
import type { CallOptions } from './secrets-api.ts';

type Command<I extends Input, O extends Output> = $Command<I, O, ResolvedConfig, Input, Output>;

/** @throws SecretsError if the response is an error; what the connection throws */
export async function send<I extends Input, O extends Output>(
  client: SecretsManagerClient,
  command: Command<I, O>,
  { signal }: CallOptions,
): Promise<O> {
  try {
    return await client.send(command, { abortSignal: signal });
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (!(error instanceof SecretsManagerServiceException)) return error;
  const { name: exception, message, $metadata } = error;
  const status = $metadata.httpStatusCode ?? 500;
  return new SecretsError({ exception, message, status, cause: withoutBody(error) });
}
