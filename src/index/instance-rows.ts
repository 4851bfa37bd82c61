/** What of an instance its rows hold, made where the instance is, so that little has to go to the writer. */
import { USUAL_ATTRIBUTES, type IndexedAttributes } from '../dicom/indexed-attributes.js'
import type { InstanceUids } from '../dicom/instance-uids.js'
import type { DicomJson } from '../dicom/json-model.js'
import type { InstanceRecord, NewInstance } from '../dicom/stored-instance.js'
import { elementText } from './element-text.js'
import { storedFrames } from './found-instance.js'
import { orderNumber } from './normalised-values.js'

/** What searches look at. */
export interface KeptOfInstance {
  readonly instanceNumber: number
  /** element-text.ts, by the level that the attributes describe */
  readonly studyText: string
  readonly seriesText: string
  readonly instanceText: string
}

export interface InstanceRows
  extends KeptOfInstance, Omit<NewInstance, keyof InstanceRecord | 'frames' | 'attributes'> {
  readonly record: InstanceRecord
  /** FrameTable as JSON, without the chunks */
  readonly frames: string
  readonly frameChunks: readonly Uint8Array[]
}

/** All instances' bytes are copied into one buffer, to be transferred: the caller's may be a small part of a large one, and
 *  stay the caller's. */
export function instanceRows(
  instances: readonly NewInstance[],
  attributes: IndexedAttributes = USUAL_ATTRIBUTES,
): {
  readonly rows: readonly InstanceRows[]
  readonly buffer: ArrayBuffer
} {
  let length = 0
  for (const instance of instances) for (const bytes of bytesOf(instance)) length += bytes.length
  const buffer = new ArrayBuffer(length)
  let at = 0
  const copy = (bytes: Uint8Array): Uint8Array => {
    const own = new Uint8Array(buffer, at, bytes.length)
    own.set(bytes)
    at += bytes.length
    return own
  }
  const rows = instances.map(instance => {
    const { uids, attributes: dataset, frames, header, headerTextBytes, bulk, rebuilt, ...rest } = instance
    return {
      record: { ...rest, uids, sha256: copy(rest.sha256), datasetSha256: copy(rest.datasetSha256) },
      ...keptOfInstance(dataset, attributes, uids),
      frames: storedFrames(frames),
      frameChunks: chunksOf(instance).map(copy),
      header: copy(header),
      headerTextBytes,
      bulk: copy(bulk),
      ...(rebuilt === undefined ? {} : { rebuilt }),
    }
  })
  return { rows, buffer }
}

/** @param dataset at least what attributes.tags name of it */
export function keptOfInstance(
  dataset: DicomJson,
  attributes: IndexedAttributes,
  uids: InstanceUids,
): KeptOfInstance {
  const kept = attributes.of(dataset)
  const { study, series, instance } = attributes.keys
  return {
    instanceNumber: orderNumber(dataset['00200013']),
    studyText: elementText(kept, study, uids),
    seriesText: elementText(kept, series, uids),
    instanceText: elementText(kept, instance, uids),
  }
}

function bytesOf(instance: NewInstance): readonly Uint8Array[] {
  return [instance.sha256, instance.datasetSha256, instance.header, instance.bulk, ...chunksOf(instance)]
}

function chunksOf({ frames }: NewInstance): readonly Uint8Array[] {
  return frames.kind === 'encapsulated' ? frames.chunks : []
}
