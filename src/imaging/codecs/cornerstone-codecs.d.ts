/** What is used of the WebAssembly builds of CharLS, OpenJPEG and OpenJPH, which ship without types. */

interface EmscriptenOptions {
  readonly print: (line: string) => void
  readonly printErr: (line: string) => void
}

interface CornerstoneFrameInfo {
  readonly width: number
  readonly height: number
  readonly bitsPerSample: number
  readonly componentCount: number
}

/** Views of the module's memory, clamped or not as it happens: copy by `new Uint8Array(…)` before the next call. */
type CornerstoneBytes = Uint8Array | Uint8ClampedArray

interface CornerstoneDecoder {
  getEncodedBuffer(lengthBytes: number): Uint8Array
  getDecodedBuffer(): CornerstoneBytes
  decode(): void
  delete(): void
}

interface CornerstoneEncoder<FrameInfo> {
  getDecodedBuffer(info: FrameInfo): Uint8Array
  getEncodedBuffer(): CornerstoneBytes
  encode(): void
  delete(): void
}

interface WaveletDecoder extends CornerstoneDecoder {
  getFrameInfo(): CornerstoneFrameInfo & { readonly isSigned: boolean }
  readHeader(): void
  calculateSizeAtDecompositionLevel(level: number): { readonly width: number; readonly height: number }
  /** @param layers 0: all; OpenJPH has no such parameter */
  decodeSubResolution(level: number, layers?: number): void
}

interface HighThroughputDecoder extends WaveletDecoder {
  getFrameInfo(): ReturnType<WaveletDecoder['getFrameInfo']> & { readonly isUsingColorTransform: boolean }
}

declare module '@cornerstonejs/codec-charls/wasmjs' {
  interface Module {
    readonly JpegLSDecoder: new () => CornerstoneDecoder & {
      getFrameInfo(): CornerstoneFrameInfo
      /** 0: plane by plane, 1: line by line, 2: pixel by pixel */
      getInterleaveMode(): number
      getNearLossless(): number
    }
    readonly JpegLSEncoder: new () => CornerstoneEncoder<CornerstoneFrameInfo> & {
      setNearLossless(near: number): void
      setInterleaveMode(mode: number): void
    }
  }
  const load: (options: EmscriptenOptions) => Promise<Module>
  export default load
}

declare module '@cornerstonejs/codec-openjpeg/wasmjs' {
  interface Module {
    readonly J2KDecoder: new () => WaveletDecoder
    readonly J2KEncoder: new () => CornerstoneEncoder<
      CornerstoneFrameInfo & { readonly isSigned: boolean }
    > & {
      setQuality(lossless: boolean, layers: number): void
      setCompressionRatio(layer: number, ratio: number): void
      setDecompositions(levels: number): void
      setProgressionOrder(order: number): void
    }
  }
  const load: (options: EmscriptenOptions) => Promise<Module>
  export default load
}

declare module '@cornerstonejs/codec-openjph/wasmjs' {
  interface Module {
    readonly HTJ2KDecoder: new () => HighThroughputDecoder
    readonly HTJ2KEncoder: new () => CornerstoneEncoder<
      CornerstoneFrameInfo & { readonly isSigned: boolean; readonly isUsingColorTransform: boolean }
    > & {
      setQuality(lossless: boolean, quantizationStep: number): void
      setDecompositions(levels: number): void
      setProgressionOrder(order: number): void
      setTLMMarker(wanted: boolean): void
      setTilePartDivisionsAtResolutions(wanted: boolean): void
    }
  }
  const load: (options: EmscriptenOptions) => Promise<Module>
  export default load
}
