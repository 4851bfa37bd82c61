/** The work of an imaging thread by itself: node dist/bench/imaging.js. One JSON line a job; times are medians, CPU too. */
import { cpus, loadavg } from 'node:os'
import { encodeFrame } from '../src/imaging/codecs/encode.js'
import type { JobInput } from '../src/imaging/jobs.js'
import { picture } from '../src/imaging/jobs/picture.js'
import { transcode } from '../src/imaging/jobs/transcode.js'
import type { PixelFormat } from '../src/imaging/pixel-format.js'
import { EXPLICIT_LE, JPEG_LS } from '../test/made-dicom.js'
import { headSlice, mammogram } from './made/phantom.js'
import { median } from './measure.js'
import { pixelFormat } from '../test/made-pixel-format.js'

const MACHINE = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
const JPEG_2000 = '1.2.840.10008.1.2.4.90'
const HTJ2K = '1.2.840.10008.1.2.4.202'
const RUNS = 15
const THUMBNAIL = 256

const format = (rows: number, columns: number): PixelFormat =>
  pixelFormat({ rows, columns, bitsAllocated: 16, bitsStored: 12 })

await mammograms()
await slices()

/** Thumbnails of 3328 × 4096 in each syntax. */
async function mammograms(): Promise<void> {
  const native = { format: format(4096, 3328), bytes: mammogram(4096, 3328) }
  for (const [name, transferSyntax] of [
    ['native', EXPLICIT_LE],
    ['JPEG-LS', JPEG_LS],
    ['JPEG 2000', JPEG_2000],
    ['HTJ2K', HTJ2K],
  ] as const) {
    const frame =
      transferSyntax === EXPLICIT_LE
        ? native
        : await encodeFrame(native, transferSyntax, { quality: undefined })
    const description = { transferSyntax, format: frame.format, rescale: { slope: 1, intercept: 0 } }
    const input: JobInput<'picture'> = {
      frame: frame.bytes,
      description: { ...description, window: { center: 1800, width: 2000, shape: 'LINEAR' } },
      request: {
        mediaType: 'image/jpeg',
        quality: undefined,
        window: undefined,
        viewport: {
          width: THUMBNAIL,
          height: THUMBNAIL,
          region: undefined,
          flipHorizontal: false,
          flipVertical: false,
        },
      },
    }
    await timed(`mammogram 3328 × 4096, ${name}, thumbnail of ${THUMBNAIL}`, () => picture(input))
  }
}

/** Whole slices of 512 × 512. */
async function slices(): Promise<void> {
  const frame = headSlice(512, 1)
  const window = { center: 40, width: 80, shape: 'LINEAR' } as const
  const description = {
    transferSyntax: EXPLICIT_LE,
    format: format(512, 512),
    rescale: { slope: 1, intercept: -1024 },
    window,
  }
  for (const mediaType of ['image/jpeg', 'image/png'] as const) {
    const request = { mediaType, quality: undefined, window: undefined, viewport: undefined }
    await timed(`CT slice, ${mediaType}`, () => picture({ frame, description, request }))
  }
  for (const [name, to] of [
    ['JPEG-LS', JPEG_LS],
    ['HTJ2K', HTJ2K],
  ] as const) {
    const input = { frame, transferSyntax: EXPLICIT_LE, format: format(512, 512), to }
    await timed(`CT slice to ${name}`, () => transcode({ ...input, options: { quality: undefined } }))
  }
}

async function timed(operation: string, run: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < 4; n += 1) await run()
  const [elapsed, busy]: [number[], number[]] = [[], []]
  for (let n = 0; n < RUNS; n += 1) {
    const [began, used] = [performance.now(), process.cpuUsage()]
    await run()
    elapsed.push(performance.now() - began)
    const { user, system } = process.cpuUsage(used)
    busy.push((user + system) / 1000)
  }
  const figures = {
    medianMs: rounded(median(elapsed)),
    cpuMs: rounded(median(busy)),
    leastMs: rounded(Math.min(...elapsed)),
  }
  console.log(
    JSON.stringify({ bench: `imaging: ${operation}`, ...figures, load: loadavg()[0], machine: MACHINE }),
  )
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10
}
