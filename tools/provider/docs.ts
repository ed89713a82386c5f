// `npm run provider:docs`: writes the provider's pages in the layout of the Terraform Registry,
// from its schema and examples.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Provider } from '../../provider/framework/dispatch/provider.ts';
import { hiiretailProvider } from '../../provider/hiiretail/provider.ts';
import { tokenVendingProvider } from '../../provider/tokenvending/provider.ts';
import { describeErrors, describeHiiRetailErrors } from './docs-errors.ts';
import { describeFunction, describeProvider, describeSchema, type Page } from './docs-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Kind {
  readonly title: string;
  /** Folder of the pages, and of the examples. */
  readonly folder: string;
  readonly example: string;
  readonly definitions: Readonly<
    Record<string, { readonly schema: Parameters<typeof describeSchema>[0]['schema'] }>
  >;
}

// Each definition has its own schema, and no type stands for all of them.
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyProvider = Provider<any, any>;

/** A provider, and the folder of its pages and examples. */
export interface Documented {
  readonly provider: AnyProvider;
  /** Folder below `docs/` and `examples/`, with a trailing slash; empty for `tokenvending`. */
  readonly folder: string;
  readonly failures: () => string;
}

export const documented: readonly Documented[] = [
  { provider: tokenVendingProvider, folder: '', failures: describeErrors },
  { provider: hiiretailProvider, folder: 'hiiretail/', failures: describeHiiRetailErrors },
];

/** Folders that contain only generated pages. */
export const GENERATED_FOLDERS = ['resources', 'data-sources', 'ephemeral-resources', 'functions'];

/** The generated pages of a provider, by path in its folder. */
export async function providerPages({
  provider,
  folder: home,
  failures,
}: Documented): Promise<Map<string, string>> {
  const { name } = provider;
  const kinds: readonly Kind[] = [
    {
      title: 'Resource',
      folder: 'resources',
      example: 'resource.tf',
      definitions: provider.resources ?? {},
    },
    {
      title: 'Data Source',
      folder: 'data-sources',
      example: 'data-source.tf',
      definitions: provider.dataSources ?? {},
    },
    {
      title: 'Ephemeral Resource',
      folder: 'ephemeral-resources',
      example: 'ephemeral-resource.tf',
      definitions: provider.ephemeralResources ?? {},
    },
  ];
  const pages = new Map<string, string>();
  const index: Page = {
    provider: name,
    title: `${name} Provider`,
    example: await readExample(`${home}provider/provider.tf`),
  };
  pages.set('index.md', describeProvider(index, provider.schema));
  for (const { title, folder, example, definitions } of kinds) {
    for (const [type, { schema }] of Object.entries(definitions)) {
      const page: Page = {
        provider: name,
        title: `${type} (${title})`,
        example: await readExample(`${home}${folder}/${type}/${example}`),
        import: await readExample(`${home}${folder}/${type}/import.sh`),
      };
      pages.set(`${folder}/${type.slice(name.length + 1)}.md`, describeSchema({ page, schema }));
    }
  }
  for (const [called, definition] of Object.entries(provider.functions ?? {})) {
    const example = await readExample(`${home}functions/${called}/function.tf`);
    const page: Page = { provider: name, title: `${called} (Function)`, example };
    pages.set(`functions/${called}.md`, describeFunction(page, called, definition));
  }
  pages.set('guides/troubleshooting.md', failures());
  return pages;
}

async function readExample(file: string): Promise<string | undefined> {
  return await readFile(path.join(root, 'examples', file), 'utf8').catch(() => undefined);
}

async function write(each: Documented): Promise<void> {
  const docs = path.join(root, 'docs', each.folder);
  for (const folder of GENERATED_FOLDERS) {
    await rm(path.join(docs, folder), { recursive: true, force: true });
  }
  for (const [file, text] of await providerPages(each)) {
    await mkdir(path.dirname(path.join(docs, file)), { recursive: true });
    await writeFile(path.join(docs, file), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const each of documented) await write(each);
}
