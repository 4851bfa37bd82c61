/** The frames of images of the corpus, cut by our own frame table and decoded, against what GDCM, DCMTK and the tools of the codecs'
 *  own libraries make of the same file: the first, the middle and the last of each, and few slices of the long series, or all
 *  (FILMROOM_ALL_FRAMES=true, FILMROOM_ALL_FILES=true). Lossless: equal. Lossy: a mean absolute difference of at most 1. PS3.5 8.2, A.4 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t, { type Test } from 'tap'
import { transferSyntax } from '../../src/dicom/transfer-syntaxes.js'
import { asDescribed } from '../../src/imaging/as-described.js'
import { decodeFrame } from '../../src/imaging/codecs/decode.js'
import type { NativeFrame } from '../../src/imaging/pixel-format.js'
import { ALL_FILES, CORPUS, sampledCorpusFiles, withoutCorpus, type CorpusFile } from '../corpus.js'
import { frameStore, type FrameStore, type StoredFile } from '../imaging/stored-frames.js'
import {
  byDcmtk,
  byGdcm,
  byOpenJpeg,
  byOwnTool,
  withoutFileDecoders,
  type ForeignFrame,
} from '../oracles/file-decoders.js'

t.setTimeout(0)

/** Frames that no decoder is to be made for, by file: why. */
const UNDECODABLE: Readonly<Record<string, string>> = {
  'bad/made-eot-overflow.dcm': 'no JPEG codestream',
  'bad/made-jpeg-garbage.dcm': 'no JPEG codestream',
  'bad/made-jpeg-named-raw.dcm': 'no JPEG codestream',
  'bad/made-offset-table-beyond-end.dcm': 'no JPEG codestream',
  'bad/made-rle-bad-header.dcm': 'the RLE header says 99 segments',
  'transfer-syntax/jpeg2000/JPEG2000-embedded-sequence-delimiter.dcm': 'of a kind that DICOM does not have',
}
/** What an oracle makes of a file where it is wrong, and why. */
const WRONG: Readonly<Record<string, Partial<Record<Oracle, string>>>> = {
  'transfer-syntax/rle/SC_rgb_rle_16bit.dcm': {
    GDCM: 'mixes the bytes of planes of 16 bits; DCMTK agrees with us',
  },
  'transfer-syntax/rle/SC_rgb_rle_32bit.dcm': {
    GDCM: 'mixes the bytes of planes of 32 bits; DCMTK agrees with us',
  },
  'nonimage/seg/liver_j2k.dcm': { GDCM: 'leaves a byte for each bit; OpenJPEG agrees with us' },
  'transfer-syntax/htj2k/htj2k_lossless_parity.dcm': {
    'own tool': 'ojph_expand 0.9 gives another picture; OpenJPEG agrees with us',
  },
  'nonimage/rt/rtdose_expb.dcm': { DCMTK: 'swaps 32 bits as two words (OW); see SIBLINGS' },
  'nonimage/rt/rtdose_expb_1frame.dcm': { DCMTK: 'swaps 32 bits as two words (OW); see SIBLINGS' },
}
/** The codestream is JFIF, thus YCbCr, and gray as such; the attributes say RGB, and these tools with them. Their samples are ours. */
const NAMED_BY_ATTRIBUTE: ReadonlySet<string> = new Set(['modality/mg/example-mg.dcm'])
/** What GDCM is not asked for. */
const SLOW: Readonly<Record<string, string>> = {
  'bad/made-unknown-vr.dcm': 'it takes letters for a length, and fills 1.7 GB',
}
/** No oracle, or a wrong one: the same pixels in a native file that has one. */
const SIBLINGS: Readonly<Record<string, string>> = {
  'nonimage/rt/rtdose_expb.dcm': 'nonimage/rt/rtdose.dcm',
  'nonimage/rt/rtdose_expb_1frame.dcm': 'nonimage/rt/rtdose_1frame.dcm',
  'bad/made-unknown-vr.dcm': 'bad/made-name-64k.dcm',
  'nonimage/seg/liver_deflate.dcm': 'nonimage/seg/liver.dcm',
  'nonimage/seg/liver_rle.dcm': 'nonimage/seg/liver.dcm',
  'nonimage/seg/liver_nonbyte_aligned_rle.dcm': 'nonimage/seg/liver_nonbyte_aligned.dcm',
}
/** Files that no tool reads. */
const WITHOUT_ORACLE: Readonly<Record<string, string>> = {
  'bad/made-explicit-named-implicit.dcm': 'GDCM and DCMTK believe the meta group, which names another syntax',
}

type Oracle = 'GDCM' | 'DCMTK' | 'OpenJPEG' | 'own tool' | 'sibling'

const LOSSY = new Set([50, 51, 53, 55, 81, 91, 93, 111, 112, 203].map(n => `1.2.840.10008.1.2.4.${n}`))
const MOST_MEAN_DIFFERENCE = 1
const AT_ONCE = 2
const ALL_FRAMES = process.env['FILMROOM_ALL_FRAMES'] === 'true'
const LEAST_FRAMES = ALL_FRAMES && ALL_FILES ? 2000 : 450

interface Count {
  files: number
  frames: number
  readonly compared: Partial<Record<Oracle, number>>
  most: number
}

t.test('PS3.5 8.2: the frames of the corpus', { skip: withoutFileDecoders() || withoutCorpus() }, async t => {
  const counts = new Map<string, Count>()
  const unused = new Set([UNDECODABLE, WRONG, SIBLINGS, WITHOUT_ORACLE].flatMap(table => Object.keys(table)))
  const files = sampledCorpusFiles().values()
  const one = async (): Promise<void> => {
    const store = await frameStore(t)
    const folder = mkdtempSync(path.join(tmpdir(), 'filmroom-decode-'))
    t.teardown(() => {
      rmSync(folder, { recursive: true })
    })
    for (const file of files) {
      await store.with(readFileSync(file.file), async stored => {
        if (stored.count === 0 || transferSyntax(stored.TransferSyntaxUID)?.video === true) return
        unused.delete(file.path)
        await compareFile(t, file, stored, store, folder, counts)
      })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  t.same([...unused], [], 'every file with a stated reason is there')
  for (const [syntax, { files, frames, compared, most }] of [...counts].sort())
    t.comment(
      `${syntax}: ${frames} frames of ${files} files; compared ${JSON.stringify(compared)}; mean difference at most ${most.toFixed(3)}`,
    )
  const total = [...counts.values()].reduce((sum, { frames }) => sum + frames, 0)
  t.ok(total > LEAST_FRAMES, `${total} frames`)
})

async function compareFile(
  t: Test,
  file: CorpusFile,
  stored: StoredFile,
  store: FrameStore,
  folder: string,
  counts: Map<string, Count>,
): Promise<void> {
  const { TransferSyntaxUID: syntax } = stored
  const foreign = await oraclesOf(file, syntax, store, folder)
  const count = counts.get(syntax) ?? { files: 0, frames: 0, compared: {}, most: 0 }
  counts.set(syntax, count)
  count.files++
  for (const number of framesToCompare(stored.count)) {
    const name = `${file.path} frame ${number + 1}`
    const { bytes, description } = await stored.frame(number)
    const codestream = Uint8Array.from(bytes)
    const decoded = await decodeFrame(bytes, description.transferSyntax, description.format).catch(String)
    if (typeof decoded === 'string' || UNDECODABLE[file.path] !== undefined) {
      const expected = UNDECODABLE[file.path]
      if (typeof decoded !== 'string' || expected === undefined || !decoded.includes(expected))
        t.fail(`${name}: ${typeof decoded === 'string' ? decoded : 'decodes'}`)
      continue
    }
    count.frames++
    const own = await byOwnTool(codestream, syntax, description.format, folder)
    const oracles: [Oracle, ForeignFrame | undefined][] = [
      ...[...foreign].map(([oracle, frames]): [Oracle, ForeignFrame | undefined] => [oracle, frames[number]]),
      ['own tool', own],
      ['OpenJPEG', await byOpenJpeg(codestream, syntax, description.format, folder)],
    ]
    let agree = 0
    for (const [oracle, frame] of oracles) {
      if (frame === undefined) continue
      const difference = meanDifference(decoded, frame, NAMED_BY_ATTRIBUTE.has(file.path))
      const agrees = difference <= (LOSSY.has(syntax) ? MOST_MEAN_DIFFERENCE : 0)
      const wrong = WRONG[file.path]?.[oracle]
      if (agrees && wrong !== undefined) t.fail(`${name}: ${oracle} is not wrong any more: ${wrong}`)
      if (!agrees && wrong === undefined) t.fail(`${name}: differs from ${oracle} by ${difference}`)
      if (!agrees) continue
      agree++
      count.compared[oracle] = (count.compared[oracle] ?? 0) + 1
      count.most = Math.max(count.most, difference)
    }
    if ((agree === 0) !== (WITHOUT_ORACLE[file.path] !== undefined))
      t.fail(`${name}: ${agree === 0 ? 'nothing to compare with' : 'has an oracle now'}`)
  }
}

/** 0-based */
function framesToCompare(count: number): readonly number[] {
  if (ALL_FRAMES) return Array.from({ length: count }, (_, number) => number)
  return [...new Set([0, count >> 1, count - 1])]
}

/** Native files are only copied: one tool does. */
async function oraclesOf(
  file: CorpusFile,
  syntax: string,
  store: FrameStore,
  folder: string,
): Promise<Map<Oracle, readonly ForeignFrame[]>> {
  const found = new Map<Oracle, readonly ForeignFrame[]>()
  const dcmtk = await byDcmtk(file.file, syntax, folder)
  const isRead = dcmtk !== undefined && dcmtk.length > 0
  if (isRead) found.set('DCMTK', dcmtk)
  const isNative = transferSyntax(syntax)?.encapsulated === false
  const gdcm =
    (isNative && isRead) || SLOW[file.path] !== undefined ? undefined : await byGdcm(file.file, folder)
  if (gdcm !== undefined) found.set('GDCM', gdcm)
  const sibling = SIBLINGS[file.path]
  if (sibling !== undefined) found.set('sibling', await framesOf(path.join(CORPUS, sibling), folder))
  return found
}

async function framesOf(native: string, folder: string): Promise<readonly ForeignFrame[]> {
  const frames = await byDcmtk(native, '1.2.840.10008.1.2.1', folder)
  if (frames === undefined) throw new Error(`DCMTK cannot read ${native}`)
  return frames
}

/** Infinity where they are not comparable.
 * @param sameSamples whatever the color space is called */
function meanDifference(native: NativeFrame, foreign: ForeignFrame, sameSamples: boolean): number {
  const { format } = native
  const photometric = sameSamples ? format.photometric : (foreign.photometric ?? format.photometric)
  const isColor = photometric === 'RGB' || photometric.startsWith('YBR')
  const ours = isColor ? asDescribed(native, { ...format, photometric }) : native
  if (foreign.bitsAllocated !== format.bitsAllocated || ours.bytes.length !== foreign.bytes.length)
    return Infinity
  if (Buffer.compare(ours.bytes, foreign.bytes) === 0) return 0
  const wide = format.bitsAllocated === 16
  const read = (bytes: Uint8Array): ((at: number) => number) => {
    const buffer = Buffer.from(bytes)
    if (!wide) return at => buffer[at] ?? 0
    return at => (format.signed ? buffer.readInt16LE(at * 2) : buffer.readUInt16LE(at * 2))
  }
  const [a, b] = [read(ours.bytes), read(foreign.bytes)]
  const samples = ours.bytes.length / (wide ? 2 : 1)
  let sum = 0
  for (let at = 0; at < samples; at++) sum += Math.abs(a(at) - b(at))
  return sum / samples
}
