/** The DICOM JSON model. PS3.18 Annex F. */

export interface PersonNameJson {
  readonly Alphabetic?: string
  readonly Ideographic?: string
  readonly Phonetic?: string
}

export type JsonValue = string | number | PersonNameJson | DicomJson | null

export interface JsonElement {
  readonly vr: string
  readonly Value?: readonly JsonValue[]
  readonly InlineBinary?: string
  readonly BulkDataURI?: string
}

/** A dataset: eight upper-case hex digits of the tag → element, in ascending order. */
export type DicomJson = { readonly [tag: string]: JsonElement }

/** Stands in stored JSON text for `<base URL>/studies/<study>/series/<series>/instances/<instance>`, so that a changed
 *  host name needs no re-ingest. A raw control byte cannot occur in JSON text, so it can be replaced without parsing.
 *  Stored headers say `"BulkDataURI":"\x1f/bulkdata/7FE00010"`; stored search answers say `"Value":["\x1f"]` in
 *  RetrieveURL, where the mark stands for `<base URL>` alone. */
export const URL_MARK = '\x1f'

/** Reads stored JSON text, marks and all: a raw control byte is no legal JSON, so it is read as the escape of itself. */
export function parseMarkedJson(text: string): DicomJson {
  return JSON.parse(text.replaceAll(URL_MARK, '\\u001f')) as DicomJson
}
