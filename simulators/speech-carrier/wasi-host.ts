import { type WasmMemory, type WasmModule, webAssembly } from "./web-assembly.ts";

/**
 * The few system calls (WASI preview 1) that a command-line synthesiser needs, with its only output file in memory: the module sees no file, no
 * environment, no clock and no network of this machine.
 */
export type WasiRun = { readonly exitCode: number; readonly output: Uint8Array };

const badFile = 8;
const success = 0;
const directoryFd = 3;
const outputFd = 4;
const maxOutputBytes = 64 * 1024 * 1024;

class ModuleExit extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`module left with ${code}`);
    this.code = code;
  }
}

/** A growing file in memory with a position, for writers that seek back to complete a header. */
class MemoryFile {
  #bytes = new Uint8Array(65_536);
  #length = 0;
  #position = 0;

  write(data: Uint8Array): void {
    const end = this.#position + data.length;
    if (end > maxOutputBytes) throw new RangeError("synthesised audio is longer than 64 MiB");
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(data, this.#position);
    this.#position = end;
    this.#length = Math.max(this.#length, end);
  }

  seek(offset: number, whence: number): number {
    this.#position = Math.max(0, offset + (whence === 1 ? this.#position : whence === 2 ? this.#length : 0));
    return this.#position;
  }

  contents(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Runs a WASI command once with the given arguments; whatever it writes to its one output file is the result. */
export function runWasiCommand(module: WasmModule, commandLine: readonly string[]): WasiRun {
  const file = new MemoryFile();
  const encoded = commandLine.map((argument) => new TextEncoder().encode(`${argument}\0`));
  let memory: WasmMemory | undefined;
  const view = (): DataView => {
    if (memory === undefined) throw new Error("module called before its memory was known");
    return new DataView(memory.buffer);
  };
  const bytesAt = (address: number, length: number): Uint8Array => new Uint8Array(view().buffer, address, length);
  const setSize = (address: number, value: number): number => {
    view().setUint32(address, value, true);
    return success;
  };

  const system = {
    args_sizes_get(countAt: number, sizeAt: number): number {
      setSize(countAt, encoded.length);
      return setSize(
        sizeAt,
        encoded.reduce((sum, bytes) => sum + bytes.length, 0),
      );
    },
    args_get(listAt: number, textAt: number): number {
      let address = textAt;
      for (const [index, bytes] of encoded.entries()) {
        setSize(listAt + 4 * index, address);
        bytesAt(address, bytes.length).set(bytes);
        address += bytes.length;
      }
      return success;
    },
    clock_time_get(_clock: number, _precision: bigint, timeAt: number): number {
      view().setBigUint64(timeAt, 0n, true);
      return success;
    },
    fd_close: (): number => success,
    fd_fdstat_get(fd: number, statAt: number): number {
      if (fd > outputFd) return badFile;
      bytesAt(statAt, 24).fill(0);
      view().setUint8(statAt, fd === directoryFd ? 3 : fd === outputFd ? 4 : 2);
      view().setBigUint64(statAt + 8, 0xffff_ffffn, true);
      view().setBigUint64(statAt + 16, 0xffff_ffffn, true);
      return success;
    },
    fd_fdstat_set_flags: (): number => success,
    fd_prestat_get(fd: number, statAt: number): number {
      if (fd !== directoryFd) return badFile;
      setSize(statAt, 0);
      return setSize(statAt + 4, 1);
    },
    fd_prestat_dir_name(fd: number, nameAt: number): number {
      if (fd !== directoryFd) return badFile;
      view().setUint8(nameAt, 0x2f);
      return success;
    },
    fd_read(_fd: number, _vectorsAt: number, _count: number, readAt: number): number {
      return setSize(readAt, 0);
    },
    fd_seek(fd: number, offset: bigint, whence: number, positionAt: number): number {
      if (fd !== outputFd) return badFile;
      view().setBigUint64(positionAt, BigInt(file.seek(Number(offset), whence)), true);
      return success;
    },
    fd_write(fd: number, vectorsAt: number, count: number, writtenAt: number): number {
      let written = 0;
      for (let index = 0; index < count; index += 1) {
        const address = view().getUint32(vectorsAt + 8 * index, true);
        const length = view().getUint32(vectorsAt + 8 * index + 4, true);
        if (fd === outputFd) file.write(bytesAt(address, length));
        written += length;
      }
      return setSize(writtenAt, written);
    },
    path_open(...call: readonly unknown[]): number {
      return setSize(Number(call[8]), outputFd);
    },
    proc_exit(code: number): never {
      throw new ModuleExit(code);
    },
  };

  const instance = new webAssembly.Instance(module, { wasi_snapshot_preview1: system });
  const { memory: exportedMemory, _start: start } = instance.exports;
  if (!(exportedMemory instanceof webAssembly.Memory) || typeof start !== "function")
    throw new Error("module is not a WASI command");
  memory = exportedMemory;
  try {
    start();
  } catch (error) {
    if (error instanceof ModuleExit) return { exitCode: error.code, output: file.contents() };
    throw error;
  }
  return { exitCode: 0, output: file.contents() };
}
