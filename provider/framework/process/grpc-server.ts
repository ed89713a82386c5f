import {
  type handleUnaryCall,
  logVerbosity,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  setLogVerbosity,
  status,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Certificate } from './certificate.ts';

// Terraform sends whole states, and its own limit is the same.
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

export function makeGrpcServer(): Server {
  // With GRPC_TRACE the library would write calls, which contain secrets, to standard error.
  setLogVerbosity(logVerbosity.NONE);
  return new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
}

/** Adds a service. Each method takes a request and returns a promise of the response. */
export function addUnaryService(
  server: Server,
  definition: ServiceDefinition,
  methods: Readonly<Record<string, (request: never) => Promise<unknown>>>,
  onBug: (error: unknown) => void,
): void {
  const handlers: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(methods)) handlers[name] = unary(method, onBug);
  server.addService(definition, handlers);
}

function unary(
  method: (request: never) => Promise<unknown>,
  onBug: (error: unknown) => void,
): UntypedHandleCall {
  const handle: handleUnaryCall<never, unknown> = (
    call: ServerUnaryCall<never, unknown>,
    callback: sendUnaryData<unknown>,
  ) => {
    method(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        onBug(error);
        callback({ code: status.INTERNAL, details: 'the provider failed unexpectedly' });
      },
    );
  };
  return handle as UntypedHandleCall;
}

/**
 * Binds to an address. With `tls` only the holder of the client certificate may connect.
 *
 * @returns the port of a TCP address
 */
export function listen(
  server: Server,
  address: string,
  tls: { readonly certificate: Certificate; readonly clientCert: string } | undefined,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentialsOf(tls), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function credentialsOf(tls: Parameters<typeof listen>[2]): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificate, clientCert } = tls;
  const pair = {
    private_key: Buffer.from(certificate.keyPem),
    cert_chain: Buffer.from(certificate.certPem),
  };
  return ServerCredentials.createSsl(Buffer.from(clientCert), [pair], true);
}
