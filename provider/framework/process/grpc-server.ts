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

// Terraform sends whole states; its own limit is the same.
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

export function makeGrpcServer(): Server {
  // It would write calls to standard error as GRPC_TRACE asks; what is in them is nobody's business.
  setLogVerbosity(logVerbosity.NONE);
  return new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
}

/** Adds a service whose methods take a request and return a promise of the response. */
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

/** Binds, and answers the port where the address is one of TCP. With a client certificate only its holder may connect. */
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
