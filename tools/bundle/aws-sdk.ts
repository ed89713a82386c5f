import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** Of its package.json, a client of the AWS SDK reads only the version. */
export const sdkVersionAlone: Plugin = {
  name: 'sdk-version-alone',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[\w-]+\/package\.json$/ }, async ({ path: file }) => {
      const { version } = JSON.parse(await readFile(file, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const QUERY = fileURLToPath(
  new URL('../../node_modules/@aws-sdk/core/dist-es/submodules/protocols/query/', import.meta.url),
);
const namespace = 'query-protocol-of-sts';

/**
 * Of all protocols, which one module of the SDK exports, STS alone uses the query protocol. Without
 * this, esbuild would put it into the chunk that every process loads.
 */
export const queryProtocolOfSts: Plugin = {
  name: namespace,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/core\/protocols$/ }, ({ importer }) =>
      /@aws-sdk[\\/]client-sts[\\/]/.test(importer)
        ? { path: path.join(QUERY, 'AwsQueryProtocol.js'), namespace }
        : undefined,
    );
    onResolve({ filter: /^\.\/QueryShapeSerializer$/, namespace }, () => ({
      path: path.join(QUERY, 'QueryShapeSerializer.js'),
      namespace,
    }));
    onLoad({ filter: /.*/, namespace }, async ({ path: file }) => ({
      contents: await readFile(file, 'utf8'),
      resolveDir: path.dirname(file),
    }));
  },
};
