import { askJson, askWhole, readStoreAnswer, STORED_SYNTAX, type StoreAnswer } from '../dicomweb-client.js'
import { dataset, el, newUid, type MadeElement } from '../made-dicom.js'
import type { BulkValue } from './metadata-request.js'
import { metadataRequest } from './metadata-request.js'

/** Instances as metadata, stored by a request and read back as the file that the server wrote. */
export const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'

export interface Instance {
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
  /** its metadata */
  readonly json: object
}

const ui = (value: string): object => ({ vr: 'UI', Value: [value] })

export function instance(more: object, SOPClassUID = SECONDARY_CAPTURE): Instance {
  const [StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID] = [newUid(), newUid(), newUid()]
  const json = {
    '00080016': ui(SOPClassUID),
    '00080018': ui(SOPInstanceUID),
    '0020000D': ui(StudyInstanceUID),
    '0020000E': ui(SeriesInstanceUID),
    ...more,
  }
  return { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, json }
}

export function uidsOf(one: Instance, SOPClassUID = SECONDARY_CAPTURE): MadeElement[] {
  return [
    el('00080016', 'UI', SOPClassUID),
    el('00080018', 'UI', one.SOPInstanceUID),
    el('0020000D', 'UI', one.StudyInstanceUID),
    el('0020000E', 'UI', one.SeriesInstanceUID),
  ]
}

export async function sendMetadata(
  url: string,
  text: string | object,
  bulk: readonly BulkValue[] = [],
): Promise<StoreAnswer & { readonly json: unknown }> {
  const request = metadataRequest('json', [typeof text === 'string' ? text : JSON.stringify(text)], bulk)
  const { status, json } = await askJson(`${url}/studies`, { method: 'POST', ...request })
  return { status, ...readStoreAnswer(json), json }
}

export function instancePathOf({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: Instance): string {
  return `/studies/${StudyInstanceUID}/series/${SeriesInstanceUID}/instances/${SOPInstanceUID}`
}

/** The file that was written: its dataset in hex, and the transfer syntax that its meta group names. */
export async function fileOf(url: string, one: Instance): Promise<{ body: string; syntax: string }> {
  const { status, bytes } = await askWhole(url + instancePathOf(one), { headers: { accept: STORED_SYNTAX } })
  if (status !== 200) throw new Error(`retrieve answered ${status}`)
  const end = 144 + bytes.readUInt32LE(140)
  const meta = bytes.subarray(0, end)
  const at = meta.indexOf(Buffer.from([2, 0, 0x10, 0]))
  const length = meta.readUInt16LE(at + 6)
  const syntax = meta.toString('latin1', at + 8, at + 8 + length).replace(/\0$/, '')
  return { body: bytes.toString('hex', end), syntax }
}

/** A dataset in hex, its elements in ascending order. */
export function hexOf(...elements: MadeElement[]): string {
  return dataset(elements.sort((a, b) => (a.tag < b.tag ? -1 : 1))).toString('hex')
}
