/** The WebAssembly codecs: one instance of each a thread, compiled on first use. */

/** A codec, and what it printed about the bytes it is given. */
export interface CodecModule<M> {
  readonly module: M
  /** @returns the lines since the last call */
  readonly said: () => string[]
}

/** What is beyond this many lines says nothing new. */
const MOST_LINES = 64

/** JPEG-LS. Throws numbers: pointers to C++ exceptions. */
export const charls = once(async () => loaded((await import('@cornerstonejs/codec-charls/wasmjs')).default))

/** JPEG 2000. Throws nothing: what is wrong is only said. */
export const openjpeg = once(async () =>
  loaded((await import('@cornerstonejs/codec-openjpeg/wasmjs')).default),
)

/** HTJ2K. Throws nothing: what is wrong is only said. */
export const openjph = once(async () => loaded((await import('@cornerstonejs/codec-openjph/wasmjs')).default))

/** JPEG of 8, 12 and 16 bits, and JPEG XL. Errors are thrown from within it: it is to be discarded after one. */
export function nativeCodecs(): ReturnType<typeof loadNativeCodecs> {
  return (native ??= loadNativeCodecs())
}

/** The next use loads it anew. */
export function discardNativeCodecs(): void {
  native = undefined
}

/** Address space that codecs took and touch little of: it is no memory that grew. Where some were discarded, a few of them are
 *  counted that still wait for the collector of garbage. */
export function reservedBytes(): number {
  return Math.min(nativeLoads, MOST_RESERVED) * NATIVE_CODECS_BYTES
}

/** What the native codecs declare as their first memory. */
const NATIVE_CODECS_BYTES = 256 << 20
const MOST_RESERVED = 3

let native: ReturnType<typeof loadNativeCodecs> | undefined
let nativeLoads = 0

async function loadNativeCodecs() {
  nativeLoads += 1
  const { Context, NativeCodecs, log } = (await import('dcmjs-codecs')).default
  const { keep, said } = lines()
  log.info = keep
  log.error = keep
  await NativeCodecs.initializeAsync({ logCodecsInfo: true })
  return { module: { Context, NativeCodecs }, said }
}

async function loaded<M>(load: (options: EmscriptenOptions) => Promise<M>): Promise<CodecModule<M>> {
  const { keep, said } = lines()
  return { module: await load({ print: keep, printErr: keep }), said }
}

function lines(): { keep: (line: string) => void; said: () => string[] } {
  const kept: string[] = []
  return {
    keep(line) {
      if (kept.length < MOST_LINES) kept.push(line)
    },
    said: () => kept.splice(0),
  }
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => (loading ??= load())
}
