import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { nativeXml } from '../../dicom/native-xml-writer.js'
import { Problem } from '../../dicom/problem.js'
import type { IncomingInstance } from '../../services/incoming-instance.js'
import type { InstanceAssembly } from '../../services/store-metadata.js'
import { storeAnswer, storeStatus, type PartOutcome } from '../../services/store-report.js'
import type { StoreResult, StoreService } from '../../services/store.js'
import { contentCoding, decoded, KNOWN_CODINGS, type ContentCoding } from '../../web/content-coding.js'
import { parseContentDigest, verified } from '../../web/content-digest.js'
import { datasetOffers, DICOM_XML } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import { askForBody, isHeldBack } from '../expect.js'
import { dropRest } from '../rest-of-body.js'
import type { OriginOf } from '../origin.js'
import { sendBody } from '../send.js'
import { storeBody, unreadableDigest } from '../store-body.js'
import { watchedUpload } from '../upload-watch.js'

export interface StoreSettings {
  /** bytes, once decoded */
  readonly maxRequestBytes: number | undefined
  /** bytes; beyond it a coded body may not expand much */
  readonly maxInflatedBytes: number
  /** milliseconds */
  readonly uploadIdle: number
}

const BLOCK_CHARACTERS = 64 * 1024

type Params = { readonly study?: string }

/** STOW-RS of DICOM instances, and of metadata with bulk data, many in a multipart body or one alone. PS3.18 10.5.
 *  Problems: invalid-uid, not-acceptable, unsupported-media-type, malformed-request, payload-too-large, upload-idle; what
 *  is wrong with a part is told in the response dataset. */
export function storeRoutes(
  store: StoreService,
  assembly: InstanceAssembly,
  origin: OriginOf,
  settings: StoreSettings,
): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const url of ['/studies', '/studies/:study']) {
      app.post<{ Params: Params }>(url, { config: { right: 'store' } }, answer)
    }
    done()
  }

  async function answer(request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<void> {
    const { study: StudyInstanceUID } = request.params
    try {
      const { mediaType } = chosen(acceptedRanges(request), datasetOffers())
      const instances = instancesOf(request, reply)
      const result = await store.store({
        caller: request.caller,
        instances,
        ...(StudyInstanceUID === undefined ? {} : { StudyInstanceUID }),
      })
      await report(result, mediaType, request, reply)
    } catch (error) {
      await refuseRest(request, reply, error)
      throw error
    }
  }

  /** What can be refused by the head of the request alone is refused here, before its body is asked for. */
  function instancesOf(request: FastifyRequest, reply: FastifyReply): AsyncIterable<IncomingInstance> {
    const { headers } = request
    const { isFile, read } = storeBody(headers['content-type'], assembly, `${origin(request).base}/studies`)
    const coding = knownCoding(headers['content-encoding'], reply)
    const digests = parseContentDigest(headers['content-digest']?.toString())
    if (digests === 'unreadable') throw unreadableDigest()
    const { maxRequestBytes, maxInflatedBytes, uploadIdle } = settings
    if (maxRequestBytes !== undefined && Number(headers['content-length'] ?? 0) > maxRequestBytes) {
      throw new Problem('payload-too-large', `the request is larger than ${maxRequestBytes} bytes`)
    }
    askForBody(request, reply)
    const raw = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
    let body: AsyncIterable<Uint8Array> = watchedUpload(raw, uploadIdle, maxRequestBytes)
    // The digest of a bare file is that of the instance, which is hashed anyway.
    const isOfFile = isFile && coding === undefined
    if (digests !== undefined && !isOfFile) body = verified(body, digests)
    if (coding !== undefined)
      body = decoded(body, coding, { bytes: maxRequestBytes, expandedBytes: maxInflatedBytes })
    return read(body, isOfFile ? digests : undefined)
  }

  async function report(
    result: StoreResult,
    mediaType: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { outcomes, broken, wholeParts } = result
    logFailures(outcomes, request)
    if (broken !== undefined) {
      await refuseRest(request, reply, broken)
      if (wholeParts === 0) throw broken
    }
    if (outcomes.length === 0) throw new Problem('malformed-request', 'the body has no part')
    const status = storeStatus(outcomes, wholeParts, broken)
    if (status === 503) void reply.header('retry-after', '5')
    const json = storeAnswer(outcomes, origin(request).base)
    const bytes = mediaType === DICOM_XML ? nativeXml(bytesOf(json)) : bytesOf(json)
    await sendBody(request, reply, { contentType: mediaType, status, bytes })
  }
}

/** What is left of the body may be long, or never come: the connection cannot serve another request. */
async function refuseRest(request: FastifyRequest, reply: FastifyReply, why: unknown): Promise<void> {
  void reply.header('connection', 'close')
  const isSlow = why instanceof Problem && why.kind === 'upload-idle'
  if (!isSlow && !isHeldBack(request)) await dropRest(request.raw)
}

/** Blocks of text, so that an item is no write of its own. */
async function* bytesOf(text: Iterable<string>): AsyncIterable<Uint8Array> {
  let block = ''
  for (const piece of text) {
    block += piece
    if (block.length < BLOCK_CHARACTERS) continue
    yield await Promise.resolve(Buffer.from(block))
    block = ''
  }
  yield Buffer.from(block)
}

/** @throws Problem `unsupported-media-type`; then the answer says what is known. RFC 9110 12.5.3 */
function knownCoding(header: string | undefined, reply: FastifyReply): ContentCoding | undefined {
  try {
    return contentCoding(header)
  } catch (error) {
    void reply.header('accept-encoding', KNOWN_CODINGS)
    throw error
  }
}

/** Reasons without values. Where we are to blame, not the instance, the cause is for whoever runs the server. */
function logFailures(outcomes: readonly PartOutcome[], request: FastifyRequest): void {
  for (const outcome of outcomes) {
    if (outcome.kind !== 'failed') continue
    const { reason, detail, problem, cause } = outcome
    const entry = { reason: reason.toString(16), detail }
    if (problem === 'storage-full' || problem === 'unavailable')
      request.log.error({ ...entry, err: cause }, 'not stored')
    else request.log.info(entry, 'not stored')
  }
}
