import type http from 'node:http';
import { type Callers, findByKey, type LocalCaller } from './callers.ts';
import { readBody, wireHeaders } from './loopback-server.ts';
import { verifySigV4 } from './sigv4-verifier.ts';

/** What the services of AWS on loopback verify signatures with. */
export interface ServiceAccess {
  readonly region: string;
  readonly callers: Callers;
}

export interface SignedCall {
  readonly caller: LocalCaller;
  readonly body: string;
}

/**
 * A request to a service of AWS whose signature is valid.
 *
 * @param service as signatures name it: `kms`
 * @throws {@link SigV4Error}
 */
export async function readSignedCall(
  request: http.IncomingMessage,
  { region, callers }: ServiceAccess,
  service: string,
): Promise<SignedCall> {
  const body = await readBody(request);
  const wire = {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: wireHeaders(request),
    body,
  };
  const findKey = (id: string) => findByKey(callers, id);
  const key = verifySigV4(wire, { region, services: [service], findKey, now: Date.now });
  return { caller: findKey(key.accessKeyId) as LocalCaller, body: body.toString() };
}
