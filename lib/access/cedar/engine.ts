import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import * as cedar from '@cedar-policy/cedar-wasm/web';

export type Cedar = typeof cedar;

let started = false;

// Eight times V8's own: how much a function of WebAssembly runs before it is compiled once more, by the optimizing compiler.
// Much of Cedar is busy in a start and never again; compiling that twice took 30 ms of CPU time from each cold start, and 7 MB.
// What decides often is optimised as before, only later. V8 reads the number when a module is compiled.
const TIERING_BUDGET = 100_000_000;

/**
 * The Cedar engine, its WebAssembly compiled once per process (30 to 40 ms, 4.3 MB).
 *
 * @param wasmFile path of `cedar_wasm_bg.wasm` of the same version as the package
 */
export function openCedar(wasmFile: string): Cedar {
  if (!started) {
    setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
    cedar.initSync({ module: readFileSync(wasmFile) });
  }
  started = true;
  return cedar;
}
