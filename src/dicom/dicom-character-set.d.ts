declare module 'dicom-character-set' {
  export const characterSets: Readonly<Record<string, unknown>>
  /** @throws Error for unknown terms and escape sequences */
  export function convertBytes(
    specificCharacterSet: string,
    bytes: Uint8Array,
    options: { readonly vr: string },
  ): string
}
