/** Frames as pictures and in another syntax, each made anew: the derived cache is off. PS3.18 8.7.3, 8.7.4. */
import sharp from 'sharp'
import { get, onlyPart } from '../load/messages.js'
import { batch, headSlices } from '../made/series.js'
import type { Scenario } from '../measure.js'
import type { Server } from '../servers.js'
import { answered, instancePath } from './retrieved.js'
import { storeAll, type BuiltSuite, type Suite } from './suite.js'

const SLICES = 400
const SIZE = 512
const CLIENTS = 4
const JPEG_LS_LOSSLESS = '1.2.840.10008.1.2.4.80'
const JPEG_LS_FRAMES = `multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS_LOSSLESS}`
const UNCACHED = { FILMROOM_CACHE_BYTES: '0' }

interface Made {
  readonly name: string
  readonly title: string
  /** behind the instance's path */
  readonly path: string
  readonly accept: string
  readonly leastBytes: number
  /** @throws Error where the answer is not what was asked for */
  check(server: Server, head: string, body: Buffer): Promise<void>
}

export const renderCt: Suite = {
  names: ['rendered-jpeg', 'rendered-png'],
  environment: UNCACHED,
  build: ({ readMs }) =>
    suiteOf(
      [
        {
          name: 'rendered-jpeg',
          title: 'CT slice (512 × 512 × 16) as JPEG, 4 clients',
          path: '/rendered',
          accept: 'image/jpeg',
          leastBytes: 5000,
          check: (server, _head, body) => checkPicture(server, body, 'jpeg'),
        },
        {
          name: 'rendered-png',
          title: 'CT slice (512 × 512 × 16) as PNG, 4 clients',
          path: '/rendered',
          accept: 'image/png',
          leastBytes: 10_000,
          check: (server, _head, body) => checkPicture(server, body, 'png'),
        },
      ],
      readMs,
    ),
}

/** With servers of its own: the peer may end while it encodes. */
export const transcodeCt: Suite = {
  names: ['frame-jpeg-ls'],
  environment: UNCACHED,
  build: ({ readMs }) =>
    suiteOf(
      [
        {
          name: 'frame-jpeg-ls',
          title: 'native frame of a CT slice in JPEG-LS, 4 clients',
          path: '/frames/1',
          accept: JPEG_LS_FRAMES,
          leastBytes: 10_000,
          check: checkJpegLs,
        },
      ],
      readMs,
    ),
}

function suiteOf(all: readonly Made[], readMs: number): BuiltSuite {
  const slices = headSlices(SLICES, SIZE)
  const stored = batch(slices, 10)
  const path = (n: number): string => {
    const slice = slices[(n * 7) % SLICES]
    if (slice === undefined) throw new Error('there are no slices')
    return instancePath(slice.uids)
  }
  const scenarioOf = (made: Made): Scenario => ({
    name: made.name,
    title: made.title,
    load: server => ({
      clients: CLIENTS,
      request: n => get(server, `${path(n)}${made.path}`, made.accept),
      until: { ms: readMs },
      leastBytes: made.leastBytes,
    }),
    verify: async server => {
      const answer = await answered(server, get(server, `${path(3)}${made.path}`, made.accept))
      await made.check(server, answer.head, answer.body)
    },
  })
  return { prepare: server => storeAll(server, stored), scenarios: all.map(scenarioOf) }
}

async function checkPicture(server: Server, body: Buffer, format: 'jpeg' | 'png'): Promise<void> {
  const found = await sharp(body).metadata()
  if (found.format !== format || found.width !== SIZE || found.height !== SIZE)
    throw new Error(`${server.name} answered a ${found.format} of ${found.width} × ${found.height}`)
}

function checkJpegLs(server: Server, head: string, body: Buffer): Promise<void> {
  const part = onlyPart(head, body)
  // SOI, and SOF55 of JPEG-LS somewhere near (ISO/IEC 14495-1 C.1).
  if (part.readUInt16BE(0) !== 0xffd8 || part.subarray(0, 100).indexOf(Buffer.from([0xff, 0xf7])) < 0)
    throw new Error(`${server.name} answered a frame that is no JPEG-LS:\n${head}`)
  return Promise.resolve()
}
