/** A compiled module. */
export type WasmModule = { readonly kind?: "wasm-module" };

/** Memory that a module shares with its host. */
export type WasmMemory = { readonly buffer: ArrayBuffer };

type WasmInstance = { readonly exports: Readonly<Record<string, unknown>> };
type SystemCall = (...call: never[]) => number;

type WebAssemblyApi = {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, SystemCall>>>>,
  ) => WasmInstance;
  readonly Memory: new (...parameters: never[]) => WasmMemory;
};

/** Node's WebAssembly, typed here because the compiler's own declarations of it come only with the whole browser. */
export const webAssembly: WebAssemblyApi = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi })
  .WebAssembly;
