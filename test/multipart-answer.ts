/** Reads a multipart/related answer as strictly as the strictest viewer does. PS3.18 8.6.1.2, RFC 2046 5.1, RFC 2387;
 *  independent of src/web. */

export interface AnswerPart {
  /** as they were spelled, in order */
  readonly headerNames: readonly string[]
  readonly contentType: string
  readonly contentLocation: string | undefined
  /** the value of any header, by its name as it is spelled */
  header(name: string): string | undefined
  readonly bytes: Buffer
}

export interface MultipartAnswer {
  /** the `type` parameter */
  readonly type: string
  readonly boundary: string
  readonly parts: readonly AnswerPart[]
}

const OUTER = /^multipart\/related; type="([^"]+)"; boundary=([0-9A-Za-z-]{1,70})$/

/** @throws Error where anything is not as dicomweb.md §2 has it: quoted type, no preamble, CRLF only, `Content-Type:` spelled
 *  so and first, an end */
export function readMultipart(contentType: string | undefined, body: Buffer): MultipartAnswer {
  const [, type, boundary] = OUTER.exec(contentType ?? '') ?? []
  if (type === undefined || boundary === undefined) throw new Error(`not multipart/related: ${contentType}`)
  const opening = `--${boundary}\r\n`
  if (!body.subarray(0, opening.length).equals(Buffer.from(opening)))
    throw new Error('no boundary at the start')
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts: AnswerPart[] = []
  let at = opening.length
  for (;;) {
    const end = body.indexOf(delimiter, at)
    if (end < 0) throw new Error(`part ${parts.length + 1} has no end`)
    parts.push(readPart(body.subarray(at, end)))
    at = end + delimiter.length
    const after = body.subarray(at, at + 2).toString('latin1')
    if (after === '--') break
    if (after !== '\r\n') throw new Error(`no CRLF after boundary ${parts.length + 1}`)
    at += 2
  }
  if (!['', '\r\n'].includes(body.subarray(at + 2).toString('latin1'))) throw new Error('an epilogue')
  return { type, boundary, parts }
}

function readPart(part: Buffer): AnswerPart {
  const empty = part.indexOf('\r\n\r\n')
  if (empty < 0) throw new Error('a part without the empty line after its headers')
  const headers = part
    .subarray(0, empty)
    .toString('latin1')
    .split('\r\n')
    .map(line => {
      const [, name, value] = /^([A-Za-z-]+): (.+)$/.exec(line) ?? []
      if (name === undefined || value === undefined) throw new Error(`no header line: ${line}`)
      return [name, value] as const
    })
  const [first] = headers
  const header = (wanted: string): string | undefined => headers.find(([name]) => name === wanted)?.[1]
  if (first?.[0] !== 'Content-Type') throw new Error('Content-Type is not the first header of a part')
  return {
    headerNames: headers.map(([name]) => name),
    contentType: first[1],
    contentLocation: header('Content-Location'),
    header,
    bytes: part.subarray(empty + 4),
  }
}
