import type { Server, ServerWritableStream } from '@grpc/grpc-js';
import { GRPCController, GRPCStdio } from '../wire/generated/go_plugin_pb.js';
import { toServiceDefinition } from '../wire/grpc-service.ts';

// Long enough for the answer to leave. Terraform waits for the process to exit, at each of 3 to 5 launches per command.
const ANSWER_LEAVES_MS = 5;

/**
 * The services of go-plugin itself. Without Shutdown each process costs Terraform 2 seconds and a SIGKILL; standard output and error
 * are never sent through Stdio, but the stream is held open as Terraform expects.
 */
export function addPluginServices(server: Server, exit: () => void): void {
  const open = new Set<ServerWritableStream<object, object>>();
  server.addService(toServiceDefinition(GRPCController), {
    shutdown: (_call: unknown, callback: (error: null, answer: object) => void) => {
      for (const stream of open) stream.end();
      callback(null, {});
      setTimeout(exit, ANSWER_LEAVES_MS);
    },
  });
  server.addService(toServiceDefinition(GRPCStdio), {
    streamStdio: (stream: ServerWritableStream<object, object>) => {
      open.add(stream);
      stream.on('cancelled', () => open.delete(stream));
    },
  });
}
