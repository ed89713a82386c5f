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

/**
 * Sends a command about one secret.
 *
 * @throws SecretsError if the response is an error; what the connection throws
 */
export async function send<I extends Input, O extends Output>(
  client: SecretsManagerClient,
  command: Command<I, O>,
  secret: string,
  { signal, attempts }: CallOptions,
): Promise<O> {
  // The last step before the request is sent, after it was signed.
  command.middlewareStack.add(
    (next) => async (args) => {
      attempts?.sent();
      try {
        return await next(args);
      } catch (error) {
        attempts?.failed(translate(error, secret));
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'attempts' },
  );
  try {
    return await client.send(command, { abortSignal: signal });
  } catch (error) {
    throw translate(error, secret);
  }
}

function translate(error: unknown, secret: string): unknown {
  if (!(error instanceof SecretsManagerServiceException)) return error;
  const { name: exception, message, $metadata } = error;
  const status = $metadata.httpStatusCode ?? 500;
  return new SecretsError({ exception, message, status, cause: withoutBody(error) }, secret);
}
