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
