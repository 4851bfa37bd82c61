/** WADO-RS: metadata, frames and whole instances. PS3.18 10.4. */
import { gunzipSync } from 'node:zlib'
import { batch, ctSlices, multiFrame, type MadeFile } from '../made/series.js'
import { DICOM_AS_STORED, DICOM_JSON, FRAMES_AS_STORED, get, onlyPart } from '../load/messages.js'
import type { Scenario } from '../measure.js'
import type { Server } from '../servers.js'
import { answered, instancePath, retrieveInstance, verifyStored } from './retrieved.js'
import { storeAll, type Suite } from './suite.js'

const SLICES = 400
const FRAME_BYTES = 512 * 512 * 2
const MULTI_FRAME_FRAMES = 60
const METADATA_CLIENTS = 4
const PIXEL_CLIENTS = 16
const SOP_INSTANCE_UID = '00080018'
/** of the 277 in the file, less group 0002 and pixels; a server that answers fewer answers from its index */
const LEAST_ELEMENTS = 200

type Dataset = Readonly<Record<string, { readonly Value?: readonly unknown[] }>>

export const retrieveCt: Suite = {
  names: ['metadata-series-gzip', 'metadata-series', 'metadata-instance', 'frame-native', 'instance'],
  build: ({ readMs }) => {
    const slices = ctSlices(SLICES, 512)
    const stored = batch(slices, 10)
    const slice = (n: number): MadeFile => at(slices, (n * 7) % SLICES)
    const until = { ms: readMs }
    const series = at(slices, 0).uids
    const seriesPath = `/studies/${series.study}/series/${series.series}/metadata`
    const metadataOfSeries = (name: string, title: string, encoding: string): Scenario => ({
      name,
      title,
      load: server => ({
        clients: METADATA_CLIENTS,
        request: () => get(server, seriesPath, DICOM_JSON, { 'Accept-Encoding': encoding }),
        until,
        leastBytes: 1000,
      }),
      verify: async server => {
        const found = await metadata(server, seriesPath, encoding)
        const came = new Set(found.map(dataset => dataset[SOP_INSTANCE_UID]?.Value?.[0]))
        if (!slices.every(({ uids }) => came.has(uids.instance)))
          throw new Error(`${server.name} answered metadata of ${came.size} instances, not ${SLICES}`)
      },
    })
    const instanceMetadata = (n: number): string => `${instancePath(slice(n).uids)}/metadata`
    const metadataOfInstance: Scenario = {
      name: 'metadata-instance',
      title: 'metadata of one instance, 4 clients',
      load: server => ({
        clients: METADATA_CLIENTS,
        request: n => get(server, instanceMetadata(n), DICOM_JSON),
        until,
        leastBytes: 1000,
      }),
      verify: async server => {
        const found = await metadata(server, instanceMetadata(3), 'identity')
        if (found.length !== 1) throw new Error(`${server.name} answered ${found.length} datasets, not one`)
      },
    }
    const frameNative: Scenario = {
      name: 'frame-native',
      title: 'frame of a CT slice (512 × 512 × 16, native), 16 clients',
      load: server => ({
        clients: PIXEL_CLIENTS,
        request: n => get(server, `${instancePath(slice(n).uids)}/frames/1`, FRAMES_AS_STORED),
        until,
        leastBytes: FRAME_BYTES,
      }),
      verify: server => verifyFrame(server, slice(5), 1, 1),
    }
    const instance: Scenario = {
      name: 'instance',
      title: 'whole CT slice as stored, 16 clients',
      load: server => ({
        clients: PIXEL_CLIENTS,
        request: n => get(server, instancePath(slice(n).uids), DICOM_AS_STORED),
        until,
        leastBytes: FRAME_BYTES,
      }),
      verify: async server => {
        const { uids, bytes } = slice(9)
        verifyStored(server, await retrieveInstance(server, uids), bytes)
      },
    }
    return {
      prepare: server => storeAll(server, stored),
      scenarios: [
        metadataOfSeries('metadata-series-gzip', 'metadata of 400 instances, gzip, 4 clients', 'gzip'),
        metadataOfSeries('metadata-series', 'metadata of 400 instances, identity, 4 clients', 'identity'),
        metadataOfInstance,
        frameNative,
        instance,
      ],
    }
  },
}

export const retrieveMultiFrame: Suite = {
  names: ['frame-random', 'frame-first', 'frame-last'],
  build: ({ readMs }) => {
    const file = multiFrame(MULTI_FRAME_FRAMES)
    const stored = batch([file], 1)
    const frames = (name: string, which: string, number: (n: number) => number): Scenario => ({
      name,
      title: `${which} of a multi-frame of 31 MB, 16 clients`,
      load: server => ({
        clients: PIXEL_CLIENTS,
        request: n => get(server, `${instancePath(file.uids)}/frames/${number(n)}`, FRAMES_AS_STORED),
        until: { ms: readMs },
        leastBytes: FRAME_BYTES,
      }),
      verify: server => verifyFrame(server, file, number(17), MULTI_FRAME_FRAMES),
    })
    return {
      prepare: server => storeAll(server, stored),
      scenarios: [
        frames('frame-random', 'any frame', n => 1 + ((n * 37) % MULTI_FRAME_FRAMES)),
        frames('frame-first', 'the first frame', () => 1),
        frames('frame-last', 'the last frame', () => MULTI_FRAME_FRAMES),
      ],
    }
  },
}

async function metadata(server: Server, path: string, encoding: string): Promise<readonly Dataset[]> {
  const answer = await answered(server, get(server, path, DICOM_JSON, { 'Accept-Encoding': encoding }))
  const zipped = /^content-encoding: gzip/im.test(answer.head)
  const body = zipped ? gunzipSync(answer.body) : answer.body
  const found = JSON.parse(body.toString()) as readonly Dataset[]
  const elements = Object.keys(found[0] ?? {}).length
  if (elements < LEAST_ELEMENTS) throw new Error(`${server.name} answered ${elements} elements`)
  return found
}

/** The frame must be the file's, which ends with its Pixel Data. Frames are counted from 1. */
async function verifyFrame(server: Server, file: MadeFile, number: number, frames: number): Promise<void> {
  const request = get(server, `${instancePath(file.uids)}/frames/${number}`, FRAMES_AS_STORED)
  const answer = await answered(server, request)
  const begin = file.bytes.length - (frames - number + 1) * FRAME_BYTES
  verifyStored(server, onlyPart(answer.head, answer.body), file.bytes.subarray(begin, begin + FRAME_BYTES))
}

function at<T>(values: readonly T[], n: number): T {
  const value = values[n]
  if (value === undefined) throw new Error(`there is no value ${n}`)
  return value
}
