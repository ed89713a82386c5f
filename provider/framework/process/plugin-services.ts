import type { Server, ServerWritableStream } from '@grpc/grpc-js';
import { EXIT_GRACE } from '../../../lib/time/time-budget.ts';
import { GRPCController, GRPCStdio } from '../wire/generated/go_plugin_pb.js';
import { toServiceDefinition } from '../wire/grpc-service.ts';

/**
 * The services of go-plugin. Without Shutdown each process costs Terraform 2 seconds and a SIGKILL.
 * Terraform expects that the stream of Stdio stays open, but nothing is sent through it.
 */
export function addPluginServices(server: Server, exit: () => void): void {
  const open = new Set<ServerWritableStream<object, object>>();
  server.addService(toServiceDefinition(GRPCController), {
    shutdown: (_call: unknown, callback: (error: null, response: object) => void) => {
      for (const stream of open) stream.end();
      callback(null, {});
      // Terraform waits for the exit at each of 3 to 5 launches per command, so the process exits
      // as soon as the response is sent.
      server.tryShutdown(exit);
      setTimeout(exit, EXIT_GRACE);
    },
  });
  server.addService(toServiceDefinition(GRPCStdio), {
    streamStdio: (stream: ServerWritableStream<object, object>) => {
      open.add(stream);
      stream.on('cancelled', () => open.delete(stream));
    },
  });
}
