const CRLF = '\r\n'

/** A multipart body of DICOM files as bytes, so that a test can cut it or change it. PS3.18 8.6.1.2
 * @param closing false: without the final boundary */
export function partsBody(boundary: string, files: readonly Uint8Array[], closing = true): Buffer {
  const parts = files.flatMap(file => [
    Buffer.from(`--${boundary}${CRLF}Content-Type: application/dicom${CRLF}${CRLF}`),
    file,
    Buffer.from(CRLF),
  ])
  return Buffer.concat([...parts, Buffer.from(closing ? `--${boundary}--${CRLF}` : '')])
}
