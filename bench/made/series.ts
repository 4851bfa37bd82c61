/** Series, multi-frame images and studies of small instances, made in code in a second or two. */
import { randomBytes } from 'node:crypto'
import { ctImage, dicomFile, el } from '../../test/made-dicom.js'
import { ctHeader, inTagOrder } from './ct-header.js'
import { headSlice } from './phantom.js'
import { nextUid, nextUids, placesOf, type Uids } from './uids.js'
import { storeBody, type StoreBody } from '../load/messages.js'

/** STOW bodies whose UIDs can be changed in place: the same bytes are stored again and again, as new instances. */
export interface Batch {
  readonly bodies: readonly Body[]
  readonly instances: number
  /** bytes of the files, without the envelope */
  readonly fileBytes: number
  /** Gives every study, series and instance a new UID. Never while a body is being sent. */
  readonly renew: () => void
}

export interface Body extends StoreBody {
  /** of its instances, in order, as they are now */
  readonly uids: readonly Uids[]
}

export interface MadeFile {
  readonly bytes: Buffer
  readonly uids: Uids
}

/** One series of CT slices, each with the noise of its own. */
export function ctSlices(instances: number, size: number): readonly MadeFile[] {
  const noise = twelveBitNoise(size * size * 2 + instances * 2)
  return ctSeries(instances, size, k => noise.subarray(k * 2, k * 2 + size * size * 2))
}

/** One series of CT slices that look like a head, each another one. */
export function headSlices(instances: number, size: number): readonly MadeFile[] {
  return ctSeries(instances, size, k => headSlice(size, k))
}

function ctSeries(instances: number, size: number, pixels: (k: number) => Buffer): readonly MadeFile[] {
  const study = nextUid()
  const series = nextUid()
  return Array.from({ length: instances }, (_, k) => {
    const uids = { study, series, instance: nextUid() }
    const header = ctHeader(uids, { InstanceNumber: k + 1, rows: size, columns: size })
    return { bytes: dicomFile(inTagOrder([...header, el('7FE00010', 'OW', pixels(k))])), uids }
  })
}

/** One CT of many 512 x 512 frames. */
export function multiFrame(frames: number): MadeFile {
  const uids = nextUids()
  const pixels = randomBytes(frames * 512 * 512 * 2)
  return { bytes: ctImage({ ...uids, frames, rows: 512, columns: 512, pixels }).bytes, uids }
}

export interface SmallStudy extends MadeFile {
  readonly AccessionNumber: string
}

/** Studies of one small instance each, of as many patients. */
export function smallStudies(studies: number): readonly SmallStudy[] {
  return Array.from({ length: studies }, (_, k) => {
    const uids = nextUids()
    const number = String(k).padStart(6, '0')
    const AccessionNumber = `ACC${number}`
    const month = String(1 + (k % 12)).padStart(2, '0')
    const day = String(1 + (k % 28)).padStart(2, '0')
    const { bytes } = ctImage({
      ...uids,
      with: [
        el('00080020', 'DA', `20${String(10 + (k % 15))}${month}${day}`),
        el('00080050', 'SH', AccessionNumber),
        el('00100010', 'PN', `Family${number}^Given`),
        el('00100020', 'LO', `P${number}`),
      ],
    })
    return { bytes, uids, AccessionNumber }
  })
}

/** Files in STOW bodies, so many a body. */
export function batch(files: readonly MadeFile[], filesABody: number): Batch {
  const bodies = Array.from({ length: Math.ceil(files.length / filesABody) }, (_, k) =>
    renewable(files.slice(k * filesABody, (k + 1) * filesABody)),
  )
  return {
    bodies,
    instances: files.length,
    fileBytes: files.reduce((sum, file) => sum + file.bytes.length, 0),
    renew() {
      const renewed = new Map<string, string>()
      const another = (uid: string): string => {
        const known = renewed.get(uid)
        if (known !== undefined) return known
        const made = nextUid()
        renewed.set(uid, made)
        return made
      }
      for (const body of bodies) body.renew(another)
    },
  }
}

function renewable(files: readonly MadeFile[]): Body & { renew(another: (uid: string) => string): void } {
  const body = storeBody(files.map(file => file.bytes))
  let uids = files.map(file => file.uids)
  const distinct = new Set(uids.flatMap(({ study, series, instance }) => [study, series, instance]))
  let places = [...distinct].map(uid => ({ uid, at: placesOf(uid, body.bytes) }))
  return {
    ...body,
    get uids() {
      return uids
    },
    renew(another) {
      places = places.map(({ uid, at }) => {
        const made = another(uid)
        for (const place of at) body.bytes.write(made, place, 'latin1')
        return { uid: made, at }
      })
      uids = uids.map(({ study, series, instance }) => ({
        study: another(study),
        series: another(series),
        instance: another(instance),
      }))
    },
  }
}

function twelveBitNoise(bytes: number): Buffer {
  const noise = randomBytes(bytes)
  for (let at = 1; at < bytes; at += 2) noise[at] = (noise[at] ?? 0) & 0x0f
  return noise
}
