import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Release } from '../../../../tools/provider/release-layout.ts';
import { Terraform } from '../../../support/terraform.ts';
import { eventually } from './eventually.ts';

const REQUIREMENTS = `
terraform {
  required_providers {
    sample = { source = "token-vending/sample" }
  }
}

variable "store" {}

provider "sample" { store = var.store }
`;

export interface SampleRun {
  readonly terraform: Terraform;
  /** The file of the sample provider's objects. */
  readonly store: string;
  readonly notesFile: string;
  /** The notes of the sample provider, one each line. */
  notes(): Promise<string[]>;
  /** Waits for a note with this beginning, and returns it. */
  noted(start: string): Promise<string>;
  /** The directory of the sockets of providers. */
  readonly temporary: string;
  close(): Promise<void>;
}

/**
 * The real terraform, initialised in a new directory with a configuration for the sample provider.
 */
export async function openSample(release: Release, main: string): Promise<SampleRun> {
  // The path is short, because a socket's path is limited to 104 bytes.
  const home = await mkdtemp(path.join(tmpdir(), 'sr'));
  const notesFile = path.join(home, 'notes');
  const store = path.join(home, 'store.json');
  const temporary = await mkdtemp(path.join(home, 't'));
  const terraform = await Terraform.open([release], {
    SAMPLE_NOTES: notesFile,
    TF_VAR_store: store,
    TMPDIR: temporary,
  });
  await terraform.write({ 'main.tf': REQUIREMENTS + main });
  await terraform.succeed(['init']);
  const notes = async () => {
    const text = await readFile(notesFile, 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  };
  return {
    terraform,
    store,
    temporary,
    notesFile,
    notes,
    noted: (start) =>
      eventually(async () => (await notes()).find((line) => line.startsWith(start))),
    async close() {
      await terraform.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
