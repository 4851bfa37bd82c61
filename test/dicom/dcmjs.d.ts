/** The data dictionary that dcmjs ships without types. */
declare module 'dcmjs/dictionary' {
  interface Entry {
    readonly tag?: string
    readonly vr?: string
    readonly name?: string
    readonly version?: string
  }
  export const dictionary: Readonly<Record<string, Entry>>
}

/** What benches use of dcmjs. */
declare module 'dcmjs' {
  const dcmjs: {
    readonly data: {
      readonly DicomMessage: {
        readFile(
          buffer: ArrayBuffer,
          options: { readonly untilTag?: string; readonly noCopy?: boolean },
        ): { readonly dict: unknown }
      }
    }
    readonly log: { getLogger(name: string): { setLevel(level: string): void } }
  }
  export default dcmjs
}
