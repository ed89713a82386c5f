import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import * as cedar from '@cedar-policy/cedar-wasm/web';

export type Cedar = typeof cedar;

let started = false;

// How much a function of WebAssembly runs before V8 compiles it once more, with the optimizing
// compiler: eight times the default of V8. Much of Cedar runs in a start and never again, and
// compiling it twice took 30 ms of CPU time of each cold start, and 7 MB. Functions that decide are
// optimised as before, only later. V8 reads the value when it compiles a module.
const TIERING_BUDGET = 100_000_000;

/**
 * The Cedar engine. Its WebAssembly (4.3 MB) is compiled once in a process, in 30 to 40 ms.
 *
 * @param wasmFile path of `cedar_wasm_bg.wasm` of the same version as the package
 * @throws Error of node:fs or WebAssembly if the file cannot be read or compiled
 */
export function openCedar(wasmFile: string): Cedar {
  if (!started) {
    setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
    cedar.initSync({ module: readFileSync(wasmFile) });
  }
  started = true;
  return cedar;
}
