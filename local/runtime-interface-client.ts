import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The runtime interface client of AWS. It polls the Runtime API and calls the handler in Lambda's
 * managed runtimes.
 */
export const RUNTIME_INTERFACE_CLIENT = {
  package: 'aws-lambda-ric',
  version: '4.0.2',
  /** The directory that `npm run interop:install` writes. */
  directory: fileURLToPath(new URL('../interop/aws-lambda-ric-4.0.2/', import.meta.url)),
} as const;

/** The program to run with Node, or the reason why there is none. */
export type FoundRuntimeInterfaceClient =
  | { readonly entry: string }
  | { readonly entry: undefined; readonly reason: string };

/**
 * Looks for the installed runtime interface client. Its native part is built last, so the presence
 * of that part decides.
 */
export function findRuntimeInterfaceClient(): FoundRuntimeInterfaceClient {
  const { package: name, version, directory } = RUNTIME_INTERFACE_CLIENT;
  const home = path.join(directory, 'node_modules', name);
  if (existsSync(path.join(home, 'rapid-client.node')))
    return { entry: path.join(home, 'index.mjs') };
  return {
    entry: undefined,
    reason: `${name} ${version} is not installed: npm run interop:install installs it on Linux, with cmake, g++ and make`,
  };
}
