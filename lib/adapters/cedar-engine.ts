import { readFileSync } from 'node:fs';
import * as cedar from '@cedar-policy/cedar-wasm/web';

export type Cedar = typeof cedar;

let started = false;

/**
 * The Cedar engine, its WebAssembly compiled once per process (30 to 40 ms, 4.3 MB).
 *
 * @param wasmFile path of `cedar_wasm_bg.wasm` of the same version as the package
 */
export function openCedar(wasmFile: string): Cedar {
  if (!started) cedar.initSync({ module: readFileSync(wasmFile) });
  started = true;
  return cedar;
}
