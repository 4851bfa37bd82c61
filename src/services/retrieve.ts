import type { BlobStore } from '../blobs/blob-store.js'
import type { Scope } from '../dicom/instance-uids.js'
import { toExplicitLittleEndian } from '../dicom/part10/explicit-little-endian.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import type { Caller } from './caller.js'
import { wholeBytes } from './whole-bytes.js'

/** How one instance leaves: `undefined` where no acceptable form of it exists. */
export type InstanceForm = 'as-stored' | 'explicit-little-endian'
export type ChooseForm = (instance: FoundInstance) => InstanceForm | undefined

export interface RetrieveRequest {
  readonly caller: Caller
  readonly scope: Scope
  readonly choose: ChooseForm
  /** HEAD: what can be given is decided, and nothing is opened */
  readonly withoutBodies: boolean
  readonly signal: AbortSignal
}

export interface OutgoingInstance {
  readonly instance: FoundInstance
  readonly form: InstanceForm
  /** bytes to come; undefined where the rewrite has to be made to know */
  readonly sizeBytes: number | undefined
  /** to be read once */
  readonly body: AsyncIterable<Uint8Array>
}

export interface Retrieved {
  /** some instances in scope have no acceptable form: 206 */
  readonly partial: boolean
  /** the first that has one */
  readonly first: FoundInstance
  readonly instances: AsyncIterable<OutgoingInstance>
}

export interface RetrieveService {
  /** Decides from index rows what can be given, before the first byte.
   * @throws Problem `not-found`, `not-acceptable` (none has an acceptable form), `blob-missing` for the first; in the loop
   *   `blob-missing`, `blob-damaged`, `unavailable` */
  open(request: RetrieveRequest): Promise<Retrieved>
}

interface Survey {
  readonly acceptable: number
  readonly all: number
  readonly first: FoundInstance | undefined
  /** Transfer Syntax UIDs, for a 406 that says what there is. PS3.18 8.7.8 */
  readonly stored: ReadonlySet<string>
}

/** The blob of the next instance is opened while this one is sent. */
export function retrieveService(index: ArchiveIndex, blobs: BlobStore): RetrieveService {
  return { open }

  async function open(request: RetrieveRequest): Promise<Retrieved> {
    const { acceptable, all, first, stored } = await survey(request)
    if (all === 0) throw new Problem('not-found', 'no instance is stored there')
    if (first === undefined) {
      throw new Problem(
        'not-acceptable',
        `nothing there can be given as Accept asks; it is stored in transfer syntax ${[...stored].join(', ')}`,
      )
    }
    const partial = acceptable < all
    if (request.withoutBodies) return { partial, first, instances: nothing() }
    // One instance was found already, and is not looked for again.
    const outgoing = opened(
      request,
      request.scope.SOPInstanceUID === undefined ? inScope(request.scope) : [first],
    )
    return { partial, first, instances: withFirst(await outgoing.next(), outgoing) }
  }

  async function survey({ scope, choose }: RetrieveRequest): Promise<Survey> {
    let acceptable = 0
    let all = 0
    let first: FoundInstance | undefined
    const stored = new Set<string>()
    for await (const instance of inScope(scope)) {
      all++
      stored.add(instance.TransferSyntaxUID)
      if (choose(instance) === undefined) continue
      acceptable++
      first ??= instance
    }
    return { acceptable, all, first, stored }
  }

  async function* opened(
    request: RetrieveRequest,
    instances: AsyncIterable<FoundInstance> | Iterable<FoundInstance>,
  ): AsyncGenerator<OutgoingInstance, void, undefined> {
    let next: Promise<OutgoingInstance> | undefined
    try {
      for await (const instance of instances) {
        const form = request.choose(instance)
        if (form === undefined) continue
        const ready = next
        next = outgoing(instance, form, request.signal)
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
    form: InstanceForm,
    signal?: AbortSignal,
  ): Promise<OutgoingInstance> {
    const stored = wholeBytes(await blobs.open(instance.blobKey, undefined, signal), instance.sizeBytes)
    if (form === 'as-stored') return { instance, form, sizeBytes: instance.sizeBytes, body: stored }
    return {
      instance,
      form,
      sizeBytes: undefined,
      body: toExplicitLittleEndian(stored, instance, instance.inflatedBytes),
    }
  }

  async function* inScope(scope: Scope): AsyncIterable<FoundInstance> {
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = scope
    if (SeriesInstanceUID === undefined || SOPInstanceUID === undefined) yield* index.instances(scope)
    else {
      const found = await index.find({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
      if (found !== undefined) yield found
    }
  }
}

async function* nothing(): AsyncIterable<never> {
  // no body, no instance
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
