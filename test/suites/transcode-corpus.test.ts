/** Every image of the corpus, retrieved whole in a lossless transfer syntax: foreign tools decode from it what the native form of it
 *  holds, and pydicom reads the same dataset but for what depends on the syntax. Every sixth image from TRANSCODE_SEED on, by turns in one syntax;
 *  FILMROOM_ALL_TARGETS=true: every image, in all of them. PS3.18 8.7.3, 10.4; PS3.5 8.2, A.4; PS3.3 C.7.6.3 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { ENCODED_SYNTAXES } from '../../src/imaging/codecs/encodable.js'
import { rgbOf } from '../../src/imaging/color.js'
import type { PixelFormat } from '../../src/imaging/pixel-format.js'
import { corpusFiles, withoutCorpus, type CorpusFile } from '../corpus.js'
import { askWhole, instancePath, search, store, type Answer } from '../dicomweb-client.js'
import { frameStore, type FrameStore } from '../imaging/stored-frames.js'
import {
  byDcmtk,
  byGdcm,
  byOpenJpeg,
  byOwnTool,
  withoutFileDecoders,
  type ForeignFrame,
} from '../oracles/file-decoders.js'
import { readAlike, withoutPydicom } from '../oracles/pydicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { seededBy } from './random.js'

const NATIVE = '1.2.840.10008.1.2.1'
const LOSSLESS = ['5', '4.57', '4.70', '4.80', '4.90', '4.201', '4.202'].map(n => `1.2.840.10008.1.2.${n}`)
const ALL_TARGETS = process.env['FILMROOM_ALL_TARGETS'] === 'true'
/** One image of so many is taken. */
const SHARE = 6
/** Of so many images, by turns, each syntax has this many that it holds. */
const LEAST_OF_A_SYNTAX = 8
/** Mean absolute difference of greys. */
const MOST_ROUNDING = 1
/** Pixels and their offset tables; how samples lie and what colours they are; padding behind the dataset. */
const DEPENDENT = new Set(['7FE00010', '7FE00001', '7FE00002', '00280004', '00280006', 'FFFCFFFC'])

interface Count {
  instances: number
  frames: number
  refused: number
}

t.setTimeout(0)

const skip = withoutCorpus() || withoutFileDecoders() || withoutPydicom()

t.test('8.7.3 images of the corpus in another lossless syntax', { skip }, async t => {
  const server = await startServer(t)
  const folder = temporaryFolder(t)
  const frames = await frameStore(t)
  const counts = new Map<string, Count>(
    LOSSLESS.map(syntax => [syntax, { instances: 0, frames: 0, refused: 0 }]),
  )
  const pairs: { name: string; target: string; stored: string; answered: string }[] = []
  let images = 0
  const random = seededBy('TRANSCODE_SEED')
  t.comment(`TRANSCODE_SEED=${random.seed}`)
  const first = random.below(SHARE)
  const good = corpusFiles().filter(({ path }) => !path.startsWith('bad/'))
  for (const file of good.filter((_, n) => ALL_TARGETS || n % SHARE === first)) {
    const url = await storedAt(server.url, file)
    if (url === undefined) continue
    const native = await inSyntax(url, NATIVE)
    const format = native.status === 200 ? await formatOf(frames, native.bytes) : undefined
    if (format !== undefined) {
      const targets = ALL_TARGETS ? LOSSLESS : [LOSSLESS[images % LOSSLESS.length] ?? NATIVE]
      images++
      for (const target of targets) await compare(t, { file, url, target, format, native: native.bytes })
    }
    await askWhole(url, { method: 'DELETE' })
  }
  for (const [n, { transferSyntax, tags }] of readAlike(pairs).entries()) {
    const { name, target } = pairs[n] ?? { name: '', target: '' }
    if (transferSyntax !== target) t.fail(`${name}: is in ${transferSyntax}`)
    const others = tags.filter(tag => !DEPENDENT.has(tag))
    if (others.length > 0) t.fail(`${name}: differs in ${others.join()}`)
  }
  for (const [syntax, count] of counts) {
    t.comment(`${syntax}: ${JSON.stringify(count)}`)
    t.ok(count.instances > LEAST_OF_A_SYNTAX, `${count.instances} instances in ${syntax}`)
  }

  async function compare(
    t: Test,
    image: { file: CorpusFile; url: string; target: string; format: PixelFormat; native: Buffer },
  ): Promise<void> {
    const { file, url, target, format, native } = image
    const name = `${file.path} in ${target}`
    const count = counts.get(target)
    if (count === undefined) throw new Error(target)
    const answer = await inSyntax(url, target)
    if (answer.status === 406) {
      count.refused++
      return
    }
    if (answer.status !== 200) {
      t.fail(`${name}: ${answer.status} ${answer.bytes.toString('utf8', 0, 300)}`)
      return
    }
    count.instances++
    const stored = path.join(folder, `${pairs.length}-native.dcm`)
    const answered = path.join(folder, `${pairs.length}-transcoded.dcm`)
    pairs.push({ name, target, stored, answered })
    writeFileSync(stored, native)
    writeFileSync(answered, answer.bytes)
    const expected = (await byDcmtk(stored, NATIVE, folder)) ?? (await byGdcm(stored, folder))
    const decoded = await foreignFrames(frames, answer.bytes, answered, target)
    if (expected === undefined || decoded === undefined) {
      t.fail(`${name}: ${expected === undefined ? 'the native form' : 'it'} is not read`)
      return
    }
    if (decoded.length !== expected.length) t.fail(`${name}: ${decoded.length} frames of ${expected.length}`)
    for (const [number, frame] of expected.entries()) {
      count.frames++
      const difference = differenceOf(frame, decoded[number], format)
      if (difference > 0) t.fail(`${name}: frame ${number + 1} differs by ${difference}`)
    }
  }

  async function foreignFrames(
    store: FrameStore,
    bytes: Buffer,
    file: string,
    syntax: string,
  ): Promise<readonly ForeignFrame[] | undefined> {
    if (!/\.4\.(90|20\d)$/.test(syntax))
      return (await byDcmtk(file, syntax, folder)) ?? (await byGdcm(file, folder))
    return store.with(bytes, async ({ count, frame }) => {
      const all: ForeignFrame[] = []
      for (let number = 0; number < count; number++) {
        const { bytes, description } = await frame(number)
        const codestream = Uint8Array.from(bytes)
        const tools = [byOpenJpeg, byOwnTool]
        for (const tool of tools) {
          const decoded = await tool(codestream, syntax, description.format, folder)
          if (decoded === undefined) continue
          all.push(decoded)
          break
        }
      }
      return all
    })
  }
})

t.test('every lossless syntax that there is an encoder for is compared', t => {
  const elsewhere = [NATIVE, '1.2.840.10008.1.2.1.98', '1.2.840.10008.1.2.8.1']
  const lossy = ['50', '81', '91', '203'].map(n => `1.2.840.10008.1.2.4.${n}`)
  t.same([...LOSSLESS, ...elsewhere, ...lossy].sort(), [...ENCODED_SYNTAXES].sort())
  t.end()
})

/** @returns undefined where it cannot be stored */
async function storedAt(root: string, file: CorpusFile): Promise<string | undefined> {
  const { stored } = await store(root, [readFileSync(file.file)])
  const [uid] = stored
  if (uid === undefined) return undefined
  const [row] = await search(`${root}/instances?SOPInstanceUID=${uid}`)
  if (row === undefined) throw new Error(`${file.path} is not found`)
  return root + instancePath(row)
}

function inSyntax(url: string, syntax: string): Promise<Answer & { bytes: Buffer }> {
  return askWhole(url, { headers: { accept: `application/dicom; transfer-syntax=${syntax}` } })
}

/** @returns undefined where there are no frames */
async function formatOf(store: FrameStore, native: Buffer): Promise<PixelFormat | undefined> {
  return store.with(native, async ({ count, frame }) =>
    count > 0 ? (await frame(0)).description.format : undefined,
  )
}

/** Of the same colour space: of a single sample. Of another one, which JPEG's codestreams and subsampled pixels come to: 0 up to
 *  what rounding is. */
function differenceOf(
  expected: ForeignFrame,
  decoded: ForeignFrame | undefined,
  format: PixelFormat,
): number {
  if (decoded === undefined) return Infinity
  const of = ({ photometric = format.photometric }: ForeignFrame): string => photometric
  if (format.samples === 1 || of(decoded) === of(expected))
    return Buffer.compare(decoded.bytes, expected.bytes) === 0 ? 0 : Infinity
  const [a, b] = [expected, decoded].map(frame =>
    rgbOf({ bytes: frame.bytes, format: { ...format, photometric: of(frame), planar: false } }),
  )
  if (a === undefined || a.length !== b?.length) return Infinity
  const mean = a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length
  return mean <= MOST_ROUNDING ? 0 : mean
}
