/** What tests ask a DICOMweb server, over node:http alone: no time limits, bodies of any size, nothing held. */
import { createHash, randomBytes } from 'node:crypto'
import http from 'node:http'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

export type Body = Uint8Array | AsyncIterable<Uint8Array>

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: http.IncomingMessage
}

export interface RequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
  readonly signal?: AbortSignal
}

export const STORED_SYNTAX = 'application/dicom; transfer-syntax=*'

/** One request. Resolves with the head of the answer, though the body of the request may still be under way.
 * @throws Error where no answer came */
export function ask(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, signal } = options
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method,
      headers: body instanceof Uint8Array ? { ...headers, 'content-length': body.length } : headers,
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    })
    request.once('error', reject)
    request.once('response', answer => {
      // An answer that comes early ends the body; its failure then says nothing new.
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer })
    })
    if (body === undefined || body instanceof Uint8Array) request.end(body)
    else pipeline(body, request).catch(reject)
  })
}

export async function askWhole(
  url: string,
  options: RequestOptions = {},
): Promise<Answer & { bytes: Buffer }> {
  const answer = await ask(url, options)
  return { ...answer, bytes: await buffer(answer.body) }
}

export async function askJson(
  url: string,
  options: RequestOptions = {},
): Promise<{ status: number; json: unknown }> {
  const { status, bytes } = await askWhole(url, {
    ...options,
    headers: { accept: 'application/dicom+json', ...options.headers },
  })
  return { status, json: bytes.length === 0 ? undefined : JSON.parse(bytes.toString()) }
}

/** Digest and length of an answer's body, which is never held. */
export async function askDigest(
  url: string,
  accept: string,
): Promise<{ status: number; sha256: string; bytes: number }> {
  const { status, body } = await ask(url, { headers: { accept } })
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    digest.update(chunk)
    bytes += chunk.length
  }
  return { status, sha256: digest.digest('hex'), bytes }
}

/** A multipart/related request of DICOM files. PS3.18 10.5. */
export function storeRequest(files: readonly Body[]): {
  headers: Record<string, string>
  body: AsyncIterable<Uint8Array>
} {
  const boundary = randomBytes(12).toString('hex')
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const file of files) {
      yield Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`)
      if (file instanceof Uint8Array) yield file
      else yield* file
      yield Buffer.from('\r\n')
    }
    yield Buffer.from(`--${boundary}--\r\n`)
  }
  return {
    headers: { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
    body: body(),
  }
}

export interface StoreAnswer {
  readonly status: number
  /** SOP Instance UIDs reported as stored */
  readonly stored: readonly string[]
  /** Failure Reasons of those reported as failed, with UIDs or without */
  readonly failed: readonly number[]
}

/** @param root the DICOMweb root */
export async function store(
  root: string,
  files: readonly Body[],
  signal?: AbortSignal,
): Promise<StoreAnswer> {
  const { status, json } = await askJson(`${root}/studies`, {
    method: 'POST',
    ...storeRequest(files),
    ...(signal === undefined ? {} : { signal }),
  })
  return { status, ...readStoreAnswer(json) }
}

/** The store instances response module. PS3.18 Annex I.2. */
export function readStoreAnswer(json: unknown): Pick<StoreAnswer, 'stored' | 'failed'> {
  const answer = json as JsonObject
  return {
    stored: items(answer, '00081199').map(item => textOf(item, '00081155')),
    failed: [...items(answer, '00081198'), ...items(answer, '0008119A')].map(item =>
      Number(valueOf(item, '00081197')),
    ),
  }
}

/** An object of the DICOM JSON model as a client sees it. */
export type JsonObject = Readonly<
  Record<string, { readonly vr: string; readonly Value?: readonly unknown[] } | undefined>
>

export function valueOf(object: JsonObject, tag: string): unknown {
  return object[tag]?.Value?.[0]
}

export function textOf(object: JsonObject, tag: string): string {
  const value = valueOf(object, tag)
  return typeof value === 'string' ? value : ''
}

/** All rows of a search, page by page. */
export async function search(url: string, page = 500): Promise<JsonObject[]> {
  const rows: JsonObject[] = []
  for (;;) {
    const { status, json } = await askJson(
      `${url}${url.includes('?') ? '&' : '?'}limit=${page}&offset=${rows.length}`,
    )
    if (status === 204) return rows
    if (status !== 200) throw new Error(`search answered ${status}`)
    const found = json as JsonObject[]
    rows.push(...found)
    if (found.length < page) return rows
  }
}

/** Where an instance is, from a search row that names its three UIDs. */
export function instancePath(row: JsonObject): string {
  return `/studies/${textOf(row, '0020000D')}/series/${textOf(row, '0020000E')}/instances/${textOf(row, '00080018')}`
}

function items(object: JsonObject, tag: string): readonly JsonObject[] {
  return (object[tag]?.Value ?? []) as readonly JsonObject[]
}
