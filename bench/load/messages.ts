/** Requests as bytes, made before the clock runs, and parts cut out of answers. PS3.18 8.6.1.2, 10.4, 10.5. */
import type { OutgoingRequest } from './http-connection.js'

/** Where a server answers. */
export interface Target {
  readonly port: number
  /** DICOMweb root, without a slash at its end */
  readonly root: string
}

const BOUNDARY = 'filmroom-bench-7c1d0a5e9b3f4286'
const PART_HEAD = Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`)
const PART_END = Buffer.from('\r\n')
const BODY_END = Buffer.from(`--${BOUNDARY}--\r\n`)

export const DICOM_AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*'
export const FRAMES_AS_STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
export const DICOM_JSON = 'application/dicom+json'

export function get(
  target: Target,
  path: string,
  accept: string,
  fields: Readonly<Record<string, string>> = {},
): OutgoingRequest {
  return { head: head(target, `GET ${target.root}${path}`, { Accept: accept, ...fields }) }
}

export interface StoreBody {
  readonly bytes: Buffer
  /** the files where they stand in it */
  readonly files: readonly Buffer[]
}

/** The body of a STOW request of these files. PS3.18 10.5.1. */
export function storeBody(files: readonly Uint8Array[]): StoreBody {
  const bytes = Buffer.concat([...files.flatMap(file => [PART_HEAD, file, PART_END]), BODY_END])
  let at = 0
  const inside = files.map(file => {
    const begin = at + PART_HEAD.length
    at = begin + file.length + PART_END.length
    return bytes.subarray(begin, begin + file.length)
  })
  return { bytes, files: inside }
}

/** A STOW request around a body of storeBody. */
export function store(target: Target, body: Uint8Array): OutgoingRequest {
  return { head: storeHead(target, body.length), body }
}

/** A STOW request of one file that comes in pieces and is never held whole. */
export function storeStream(target: Target, fileBytes: number, file: Iterable<Uint8Array>): OutgoingRequest {
  const around = PART_HEAD.length + PART_END.length + BODY_END.length
  return { head: storeHead(target, fileBytes + around), body: enveloped(file) }
}

function* enveloped(file: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield PART_HEAD
  yield* file
  yield PART_END
  yield BODY_END
}

function storeHead(target: Target, bodyBytes: number): Buffer {
  return head(target, `POST ${target.root}/studies`, {
    Accept: DICOM_JSON,
    'Content-Type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
    'Content-Length': String(bodyBytes),
  })
}

function head(target: Target, requestLine: string, fields: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries({ Host: `127.0.0.1:${target.port}`, ...fields }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return Buffer.from([`${requestLine} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
}

/** The data of the one part of a multipart answer. PS3.18 8.6.1.2.
 * @throws Error where the answer is no multipart body of one part */
export function onlyPart(answerHead: string, body: Buffer): Buffer {
  const boundary = /boundary="?([^";\r]+)/i.exec(answerHead)?.[1]
  if (boundary === undefined) throw new Error(`no multipart answer:\n${answerHead}`)
  const delimiter = Buffer.from(`--${boundary}`)
  const begin = body.indexOf('\r\n\r\n', body.indexOf(delimiter)) + 4
  const end = body.lastIndexOf(Buffer.from(`\r\n--${boundary}--`))
  if (begin < 4 || end < begin) throw new Error('the multipart answer is cut')
  return body.subarray(begin, end)
}
