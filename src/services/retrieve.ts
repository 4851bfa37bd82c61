import { createHash } from 'node:crypto'
import type { BlobStore } from '../blobs/blob-store.js'
import type { ByteRange } from '../dicom/frame-table.js'
import type { Scope } from '../dicom/instance-uids.js'
import { toExplicitLittleEndian } from '../dicom/part10/explicit-little-endian.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { nothingThere } from './absent.js'
import type { Caller } from './caller.js'
import { versionOfInstance, versionOfSeries, type ContentVersion } from './content-version.js'
import { refuseDamaged } from './damaged.js'
import type { TranscodeInstances } from './transcode-instance.js'
import { wholeBytes } from './whole-bytes.js'

/** How one instance leaves: `undefined` where no acceptable form of it exists. */
export type InstanceForm = 'as-stored' | 'explicit-little-endian' | 'transcoded'
export interface ChosenForm {
  readonly content: InstanceForm
  readonly transferSyntax: string | undefined
  /** what turns out not to be decodable goes as it is stored */
  readonly orAsStored?: boolean
}
export type ChooseForm = (instance: FoundInstance) => Promise<ChosenForm | undefined>

export interface RetrieveRequest {
  readonly caller: Caller
  readonly scope: Scope
  readonly choose: ChooseForm
  /** Whether it has a form: asked of each before the first byte; without it choose is. */
  readonly isAcceptable?: (instance: FoundInstance) => Promise<boolean>
  readonly signal: AbortSignal
}

export interface OutgoingInstance {
  readonly instance: FoundInstance
  readonly form: InstanceForm
  readonly transferSyntax: string | undefined
  /** to be read once */
  readonly body: AsyncIterable<Uint8Array>
}

/** What can be given; nothing of it is opened yet. */
export interface Retrieved {
  readonly version: ContentVersion
  /** some instances in scope have no acceptable form, or are known to be damaged: 206 */
  readonly partial: boolean
  /** the first that has one */
  readonly first: FoundInstance
  /** Transfer Syntax UIDs of all in scope */
  readonly stored: ReadonlySet<string>
  /** All that have one; the first is opened before the promise resolves.
   * @throws Problem `blob-missing`, `unavailable`; in the loop `blob-damaged` too */
  readonly open: () => Promise<AsyncIterable<OutgoingInstance>>
  /** The first alone, as it is stored.
   * @throws Problem as open */
  readonly openStored: (range?: ByteRange) => Promise<AsyncIterable<Uint8Array>>
}

export interface RetrieveService {
  /** Decides from index rows what can be given.
   * @throws Problem `not-found`, `not-acceptable` (none has an acceptable form); `blob-missing`, `blob-damaged`: none that has one
   *  is whole */
  find(request: RetrieveRequest): Promise<Retrieved>
}

interface Survey {
  readonly acceptable: number
  readonly all: number
  readonly first: FoundInstance | undefined
  /** the first that is known to be damaged */
  readonly damaged: FoundInstance | undefined
  readonly stored: ReadonlySet<string>
  readonly version: ContentVersion
}

/** The blob of the next instance is opened while this one is sent. */
export function retrieveService(
  index: ArchiveIndex,
  blobs: BlobStore,
  transcode: TranscodeInstances,
): RetrieveService {
  return { find }

  async function find(asked: RetrieveRequest): Promise<Retrieved> {
    const request = { ...asked, choose: chooseWhole(asked.choose) }
    const { acceptable, all, first, damaged, stored, version } = await survey(request)
    if (first === undefined) {
      if (damaged !== undefined) refuseDamaged(damaged)
      // A 406 says what there is. PS3.18 8.7.8
      throw new Problem(
        'not-acceptable',
        `nothing there can be given as the request asks; it is stored in transfer syntax ${[...stored].join(', ')}`,
      )
    }
    return {
      version,
      partial: acceptable < all,
      first,
      stored,
      async open() {
        // One instance was found already, and is not looked for again.
        const outgoing = opened(
          request,
          request.scope.SOPInstanceUID === undefined ? index.instances(request.scope) : [first],
        )
        return withFirst(await outgoing.next(), outgoing)
      },
      openStored: range => openStored(first, range, request.signal),
    }
  }

  async function survey({
    scope,
    choose,
    isAcceptable = async instance => (await choose(instance)) !== undefined,
  }: RetrieveRequest): Promise<Survey> {
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = scope
    if (SeriesInstanceUID !== undefined && SOPInstanceUID !== undefined) {
      const found = await index.find({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
      if (found === undefined) throw nothingThere()
      const first = (await choose(found)) === undefined ? undefined : found
      const stored = new Set([found.TransferSyntaxUID])
      return {
        acceptable: first === undefined ? 0 : 1,
        all: 1,
        first,
        damaged: found.damage === undefined ? undefined : found,
        stored,
        version: versionOfInstance(found),
      }
    }
    // Before the instances: what comes between is sent under an older version, which nobody is told of again.
    const series = await index.seriesVersions(StudyInstanceUID, SeriesInstanceUID)
    if (series.length === 0) throw nothingThere()
    let acceptable = 0
    let all = 0
    let first: FoundInstance | undefined
    let damaged: FoundInstance | undefined
    const stored = new Set<string>()
    const digest = createHash('sha256')
    for await (const instance of index.instances(scope)) {
      all++
      stored.add(instance.TransferSyntaxUID)
      digest.update(instance.sha256)
      if (instance.damage !== undefined) {
        damaged ??= instance
        digest.update('damaged')
        continue
      }
      if (!(await isAcceptable(instance))) continue
      acceptable++
      first ??= instance
    }
    if (all === 0) throw nothingThere()
    const { token, changed } = versionOfSeries(series)
    // With the data in it nobody can foretell it, nor a boundary that comes of it.
    return {
      acceptable,
      all,
      first,
      damaged,
      stored,
      version: { token: `${token} ${digest.digest('hex')}`, changed },
    }
  }

  async function* opened(
    request: RetrieveRequest,
    instances: AsyncIterable<FoundInstance> | Iterable<FoundInstance>,
  ): AsyncGenerator<OutgoingInstance, void, undefined> {
    let next: Promise<OutgoingInstance> | undefined
    try {
      for await (const instance of instances) {
        const chosen = await request.choose(instance)
        if (chosen === undefined) continue
        const ready = next
        next = outgoing(instance, chosen, request.signal)
        // Told when it is awaited; until then it must not count as unhandled.
        next.catch(() => undefined)
        if (ready !== undefined) yield await ready
      }
      const last = next
      next = undefined
      if (last !== undefined) yield await last
    } finally {
      // The client went away: what was opened ahead is closed.
      if (next !== undefined)
        await next.then(
          ({ body }) => body[Symbol.asyncIterator]().return?.(),
          () => undefined,
        )
    }
  }

  async function outgoing(
    instance: FoundInstance,
    { content: form, transferSyntax, orAsStored = false }: ChosenForm,
    signal?: AbortSignal,
  ): Promise<OutgoingInstance> {
    if (form === 'transcoded' && transferSyntax !== undefined) {
      try {
        const body = await transcode.open(instance, transferSyntax, signal)
        return { instance, form, transferSyntax, body }
      } catch (error) {
        if (!orAsStored || !isUndecodable(error)) throw error
        return outgoing(instance, asStored(instance), signal)
      }
    }
    const stored = await openStored(instance, undefined, signal)
    if (form === 'as-stored') return { instance, form, transferSyntax, body: stored }
    const body = toExplicitLittleEndian(stored, instance, instance.inflatedBytes)
    return { instance, form, transferSyntax, body }
  }

  async function openStored(
    instance: FoundInstance,
    range: ByteRange = { start: 0, end: instance.sizeBytes },
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    refuseDamaged(instance)
    return wholeBytes(await blobs.open(instance.blobKey, range, signal), range.end - range.start)
  }
}

function chooseWhole(choose: ChooseForm): ChooseForm {
  return async instance => (instance.damage === undefined ? choose(instance) : undefined)
}

function asStored({ TransferSyntaxUID }: FoundInstance): ChosenForm {
  return { content: 'as-stored', transferSyntax: TransferSyntaxUID }
}

/** Whether a codestream is at fault, and not the moment. */
function isUndecodable(error: unknown): boolean {
  return error instanceof Problem && (error.kind === 'undecodable' || error.kind === 'limit-exceeded')
}

async function* withFirst<T>(
  first: IteratorResult<T, void>,
  rest: AsyncGenerator<T, void, undefined>,
): AsyncIterable<T> {
  try {
    if (first.done !== true) yield first.value
    yield* rest
  } finally {
    await rest.return()
  }
}
