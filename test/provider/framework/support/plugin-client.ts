import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import {
  type Client,
  type ClientUnaryCall,
  credentials,
  makeClientConstructor,
} from '@grpc/grpc-js';
import {
  type Certificate,
  makeCertificate,
} from '../../../../provider/framework/process/certificate.ts';
import {
  GRPCController,
  GRPCStdio,
} from '../../../../provider/framework/wire/generated/go_plugin_pb.js';
import { Provider } from '../../../../provider/framework/wire/generated/tfplugin6_pb.js';
import { toServiceDefinition } from '../../../../provider/framework/wire/grpc-service.ts';

export interface LaunchOptions {
  readonly command: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** Without a certificate the plugin serves without TLS. */
  readonly clientCertificate?: Certificate | undefined;
  readonly detached?: boolean;
}

export interface Handshake {
  readonly line: string;
  readonly fields: readonly string[];
  readonly address: string;
  readonly serverCertPem: string;
}

const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';

type Methods = (typeof Provider)['method'];

/** A process of a provider, launched and called as Terraform does it. */
export class PluginClient {
  readonly process: ChildProcess;
  readonly handshake: Handshake;
  readonly #clients: Client[] = [];
  readonly #certificate: Certificate | undefined;
  readonly #output: { stderr: string; stdout: string };
  // Output may still arrive after `exit`.
  readonly #closed: Promise<unknown>;

  private constructor(
    process: ChildProcess,
    handshake: Handshake,
    certificate: Certificate | undefined,
    output: { stderr: string; stdout: string },
  ) {
    this.process = process;
    this.handshake = handshake;
    this.#certificate = certificate;
    this.#output = output;
    this.#closed = once(process, 'close');
  }

  static async launch(options: LaunchOptions): Promise<PluginClient> {
    const { child, output } = spawnPlugin(options);
    const line = await firstLine(child, output);
    return new PluginClient(child, parseHandshake(line), options.clientCertificate, output);
  }

  /** The whole output, including the handshake. */
  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  get socketExists(): boolean {
    return existsSync(this.handshake.address);
  }

  /** Calls the provider. `certificate` replaces the announced one. */
  call<N extends keyof Methods>(
    method: N,
    request: MessageInitShape<Methods[N]['input']>,
    certificate: Certificate | null | undefined = this.#certificate,
  ): Promise<MessageShape<Methods[N]['output']>> {
    return this.#unary(Provider, method, request, certificate) as never;
  }

  shutdown(): Promise<object> {
    return this.#unary(GRPCController, 'shutdown', {}, this.#certificate);
  }

  /**
   * Opens the stream that Terraform holds open.
   *
   * @returns a promise that resolves when the stream ends
   */
  async stdioEnds(): Promise<void> {
    const client = this.#connect(GRPCStdio, this.#certificate) as unknown as {
      streamStdio(request: object): NodeJS.ReadableStream;
    };
    const stream = client.streamStdio({});
    stream.resume();
    stream.on('error', () => undefined);
    await once(stream, 'end');
  }

  /** The exit of the process, after all of its output. */
  async exited(): Promise<{ code: number | null; signal: string | null }> {
    await this.#closed;
    return { code: this.process.exitCode, signal: this.process.signalCode };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      // After SIGKILL the socket would remain.
      this.process.kill('SIGTERM');
      await this.exited();
    }
  }

  #unary(
    service: DescService,
    method: string,
    request: object,
    certificate: Certificate | null | undefined,
  ): Promise<object> {
    const client = this.#connect(service, certificate) as unknown as Record<
      string,
      (request: object, callback: (error: Error | null, answer: object) => void) => ClientUnaryCall
    >;
    return new Promise((resolve, reject) => {
      client[method]?.(request, (error, answer) =>
        error === null ? resolve(answer) : reject(error),
      );
    });
  }

  #connect(service: DescService, certificate: Certificate | null | undefined): Client {
    const { fields, address, serverCertPem } = this.handshake;
    const target = fields[2] === 'unix' ? `unix:${address}` : address;
    const ClientOf = makeClientConstructor(toServiceDefinition(service), service.typeName);
    const secure =
      certificate === null || certificate === undefined
        ? credentials.createSsl(Buffer.from(serverCertPem || '\n'))
        : credentials.createSsl(
            Buffer.from(serverCertPem),
            Buffer.from(certificate.keyPem),
            Buffer.from(certificate.certPem),
          );
    const plain = serverCertPem === '' ? credentials.createInsecure() : secure;
    const client = new ClientOf(target, plain, { 'grpc.ssl_target_name_override': 'localhost' });
    this.#clients.push(client);
    return client;
  }
}

export function spawnPlugin({ command, environment, clientCertificate, detached }: LaunchOptions): {
  child: ChildProcess;
  output: { stderr: string; stdout: string };
} {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    detached: detached === true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
      PLUGIN_PROTOCOL_VERSIONS: Math.random() < 0.5 ? '5,6' : '6,5',
      PLUGIN_MIN_PORT: '10000',
      PLUGIN_MAX_PORT: '25000',
      ...(clientCertificate === undefined ? {} : { PLUGIN_CLIENT_CERT: clientCertificate.certPem }),
      ...environment,
    },
  });
  const output = { stderr: '', stdout: '' };
  child.stderr?.on('data', (data) => {
    output.stderr += data;
  });
  child.stdout?.on('data', (data) => {
    output.stdout += data;
  });
  return { child, output };
}

async function firstLine(
  child: ChildProcess,
  output: { stderr: string; stdout: string },
): Promise<string> {
  const ended = once(child, 'exit');
  while (!output.stdout.includes('\n')) {
    const stdout = child.stdout as NodeJS.ReadableStream;
    const next = await Promise.race([once(stdout, 'data'), ended.then(() => 'ended' as const)]);
    if (next === 'ended') throw new Error(`the plugin ended: ${output.stdout}${output.stderr}`);
  }
  return output.stdout.slice(0, output.stdout.indexOf('\n'));
}

function parseHandshake(line: string): Handshake {
  const fields = line.split('|');
  const address = fields[3];
  if (fields.length !== 6 || address === undefined) throw new Error(`no handshake: ${line}`);
  const base64 = fields[5] ?? '';
  const serverCertPem =
    base64 === '' ? '' : new X509Certificate(Buffer.from(base64, 'base64')).toString();
  return { line, fields, address, serverCertPem };
}

/** Runs a plugin from its sources, without a build. */
export function launchSample(
  options: Partial<LaunchOptions> & { readonly tls?: boolean } = {},
): Promise<PluginClient> {
  const { tls = true, ...rest } = options;
  const main = new URL('./sample-provider-main.ts', import.meta.url).pathname;
  return PluginClient.launch({
    command: [process.execPath, '--no-warnings', main],
    clientCertificate: tls ? makeCertificate() : undefined,
    ...rest,
  });
}
