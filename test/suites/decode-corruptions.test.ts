/** Corruptions of a frame of each transfer syntax (FILMROOM_CORRUPTIONS: how many; 15) through the real pool: every answer is a frame of the right size or a typed
 *  problem, in time, and afterwards the process is as it was. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { Problem } from '../../src/dicom/problem.js'
import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  EXPLICIT_VR_LITTLE_ENDIAN,
} from '../../src/dicom/transfer-syntaxes.js'
import { encodeFrame } from '../../src/imaging/codecs/encode.js'
import { frameBytes } from '../../src/imaging/pixel-format.js'
import { imagingPool, type ImagingPool } from '../../src/imaging/pool.js'
import { CORPUS, withoutCorpus } from '../corpus.js'
import { frameStore, type StoredFrame } from '../imaging/stored-frames.js'
import { seededRandom, type SeededRandom } from './seeded-random.js'

t.setTimeout(0)

const CORRUPTIONS = Number(process.env['FILMROOM_CORRUPTIONS'] ?? 15)
const SEED = 5
const THREADS = 2
const JOB_MS = 10_000
/** what a timer and a new thread may add under load */
const SLACK_MS = 20_000
const MOST_GROWTH_BYTES = 400 << 20

const CT = (name: string): string => `transfer-syntax/ct-image-15-ways/CTImage.dcm_${name}.dcm`
/** A file of each syntax; its first frame. */
const FILES: readonly string[] = [
  'structure/minimal/syn-ct-rle.dcm',
  'transfer-syntax/rle/SC_rgb_rle.dcm',
  CT('JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50'),
  'transfer-syntax/test-pattern/TestPattern_JPEG-Baseline_YBR422.dcm',
  CT('JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51'),
  CT('JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53'),
  CT('JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55'),
  CT('JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57'),
  CT('JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70'),
  'modality/mr/MR_small_jpeg_ls_lossless.dcm',
  'transfer-syntax/test-pattern/TestPattern_JPEG-LS-NearLossless.dcm',
  'modality/mr/MR_small_jp2klossless.dcm',
  'modality/nm/JPEG2000.dcm',
  'transfer-syntax/jpeg-xl/made-jxl-lossless-rgb.dcm',
  'transfer-syntax/jpeg-xl/made-jxl-recompressed-jpeg-3frames.dcm',
  'transfer-syntax/jpeg-xl/made-jxl-lossy-rgb.dcm',
  'transfer-syntax/htj2k/htj2k_lossless_parity.dcm',
  'transfer-syntax/htj2k/made-htj2k-lossless-rpcl-rgb.dcm',
  'transfer-syntax/htj2k/made-htj2k-lossy-ct.dcm',
]
/** Made of a native one. */
const ENCODED: readonly string[] = [
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  EXPLICIT_VR_LITTLE_ENDIAN,
]

/** What came of the corruptions of a frame. */
interface Outcome {
  /** problems by their message, without its numbers */
  readonly refused: Map<string, number>
  same: number
  /** another picture of the right size, without a word */
  silent: number
  slowestMs: number
}

t.test('corrupted frames', { skip: withoutCorpus() }, async t => {
  const frames = await seeds(t)
  const pool = imagingPool({ threads: THREADS, jobMs: JOB_MS })
  t.teardown(() => pool.close())
  const transcode = (frame: StoredFrame, bytes: Uint8Array): ReturnType<typeof decoded> =>
    decoded(pool, frame, bytes)
  for (const [, frame] of frames) await transcode(frame, frame.bytes)
  const before = measured()
  for (const [name, frame] of frames) {
    const whole = await transcode(frame, frame.bytes)
    if (whole instanceof Problem) throw whole
    const random = seededRandom(SEED)
    const outcome: Outcome = { refused: new Map(), same: 0, silent: 0, slowestMs: 0 }
    const corruptions = Array.from({ length: CORRUPTIONS }, () => corrupted(frame.bytes, random)).values()
    await Promise.all(
      Array.from({ length: THREADS }, async () => {
        for (const bytes of corruptions) {
          const began = performance.now()
          const answer = await transcode(frame, bytes)
          outcome.slowestMs = Math.max(outcome.slowestMs, performance.now() - began)
          note(t, name, outcome, answer, whole, frame)
        }
      }),
    )
    t.ok(outcome.slowestMs < JOB_MS + SLACK_MS, `${name}: answers in time`)
    const refused = [...outcome.refused.values()].reduce((sum, n) => sum + n, 0)
    t.equal(refused + outcome.same + outcome.silent, CORRUPTIONS, `${name}: all are answered`)
    t.comment(
      `${name}: ${refused} refused, ${outcome.same} the same picture, ${outcome.silent} another without a word; slowest ${Math.round(outcome.slowestMs)} ms`,
    )
    if (process.env['VERBOSE'] !== undefined)
      for (const [message, n] of outcome.refused) t.comment(`   ${n}× ${message}`)
    t.same(await transcode(frame, frame.bytes), whole, `${name}: the whole frame decodes as before`)
  }
  const after = measured()
  t.comment(
    `threads ${before.threads} → ${after.threads}, resident ${before.residentMiB} → ${after.residentMiB} MiB`,
  )
  t.ok(after.threads <= before.threads + 2, 'no thread is left over')
  t.ok(after.residentMiB - before.residentMiB < MOST_GROWTH_BYTES / 2 ** 20, 'no memory is left over')
})

async function seeds(t: Test): Promise<[string, StoredFrame][]> {
  const store = await frameStore(t)
  const frames: [string, StoredFrame][] = []
  for (const file of FILES) {
    const found = await store.with(
      readFileSync(path.join(CORPUS, file)),
      async ({ TransferSyntaxUID, frame }) => {
        const { bytes, description } = await frame(0)
        return [
          `${TransferSyntaxUID} ${path.basename(file)}`,
          { bytes: Uint8Array.from(bytes), description },
        ] as const
      },
    )
    if (found === undefined) throw new Error(`${file} is not stored`)
    frames.push([...found])
  }
  const native = await store.with(readFileSync(path.join(CORPUS, 'pixel/sc-rgb/SC_rgb.dcm')), ({ frame }) =>
    frame(0),
  )
  if (native === undefined) throw new Error('no native file')
  for (const transferSyntax of ENCODED) {
    const { bytes } = await encodeFrame(
      { format: native.description.format, bytes: Uint8Array.from(native.bytes) },
      transferSyntax,
      { quality: undefined },
    )
    frames.push([
      transferSyntax,
      { bytes: Uint8Array.from(bytes), description: { ...native.description, transferSyntax } },
    ])
  }
  return frames
}

/** To Explicit VR Little Endian by the pool. What is no Problem fails the test. */
async function decoded(
  pool: ImagingPool,
  { description }: StoredFrame,
  bytes: Uint8Array,
): Promise<Uint8Array | Problem> {
  try {
    const { transferSyntax, format } = description
    const job = { frame: Uint8Array.from(bytes), transferSyntax, format, to: EXPLICIT_VR_LITTLE_ENDIAN }
    return (await pool.run('transcode', { ...job, options: { quality: undefined } })).bytes
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

function note(
  t: Test,
  name: string,
  outcome: Outcome,
  answer: Uint8Array | Problem,
  whole: Uint8Array,
  { description }: StoredFrame,
): void {
  if (answer instanceof Problem) {
    if (answer.kind !== 'undecodable' && answer.kind !== 'not-acceptable')
      t.fail(`${name}: ${answer.kind}: ${answer.message}`)
    const message = answer.message.replace(/\d+/g, 'n')
    outcome.refused.set(message, (outcome.refused.get(message) ?? 0) + 1)
    return
  }
  if (answer.length !== frameBytes(description.format)) t.fail(`${name}: a frame of ${answer.length} bytes`)
  if (Buffer.compare(answer, whole) === 0) outcome.same++
  else outcome.silent++
}

/** One to three bits flipped, a byte set, a stretch cut out, put in or twice there, the end cut off, a header field. */
function corrupted(codestream: Uint8Array, random: SeededRandom): Uint8Array {
  const bytes = Buffer.from(codestream)
  const anywhere = random.between(0, bytes.length - 1)
  const inHeader = random.between(0, Math.min(bytes.length - 1, 200))
  switch (random.between(0, 6)) {
    case 0: {
      for (let n = random.between(1, 3); n > 0; n--) {
        const at = random.between(0, bytes.length - 1)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7))
      }
      return bytes
    }
    case 1:
      bytes[inHeader] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.between(0, 255)])
      return bytes
    case 2:
      bytes[anywhere] = random.between(0, 255)
      return bytes
    case 3:
      return bytes.subarray(0, anywhere)
    case 4:
      return Buffer.concat([bytes.subarray(0, anywhere), bytes.subarray(anywhere + random.between(1, 64))])
    case 5: {
      const noise = Buffer.from(Array.from({ length: random.between(1, 64) }, () => random.between(0, 255)))
      return Buffer.concat([bytes.subarray(0, anywhere), noise, bytes.subarray(anywhere)])
    }
    default:
      if (inHeader + 2 <= bytes.length)
        bytes.writeUInt16BE(random.pick([0, 1, 0xffff, 0xff00, random.between(0, 0xffff)]), inHeader)
      return bytes
  }
}

function measured(): { threads: number; residentMiB: number } {
  const status = readFileSync('/proc/self/status', 'utf8')
  return {
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
    residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
}
