import { randomBytes } from 'node:crypto'

/** A bulk value of a store request. */
export interface BulkValue {
  readonly location?: string
  readonly type?: string
  readonly bytes: Uint8Array
}

/** A store request of metadata and bulk data. PS3.18 10.5.1
 * @param metadata JSON: one value, the array; else XML documents */
export function metadataRequest(
  form: 'json' | 'xml',
  metadata: readonly (string | Uint8Array)[],
  bulk: readonly BulkValue[] = [],
): { headers: Record<string, string>; body: Buffer } {
  const boundary = randomBytes(12).toString('hex')
  const type = `application/dicom+${form}`
  const part = (headers: readonly string[], bytes: string | Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.from([`--${boundary}`, ...headers, '', ''].join('\r\n')),
      Buffer.from(bytes),
      Buffer.from('\r\n'),
    ])
  return {
    headers: { 'content-type': `multipart/related; type="${type}"; boundary=${boundary}` },
    body: Buffer.concat([
      ...metadata.map(text => part([`Content-Type: ${type}`], text)),
      ...bulk.map(({ location, type: own, bytes }) =>
        part(
          [
            ...(own === undefined ? [] : [`Content-Type: ${own}`]),
            ...(location === undefined ? [] : [`Content-Location: ${location}`]),
          ],
          bytes,
        ),
      ),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  }
}
