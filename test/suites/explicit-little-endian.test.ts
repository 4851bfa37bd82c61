/** Every native file of the corpus that is not Explicit VR Little Endian is rewritten so, and then reads the same to our own
 *  parser, to pydicom and to DCMTK as the file that it came from. PS3.5 A.1 to A.5. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t from 'tap'
import { toExplicitLittleEndian } from '../../src/dicom/part10/explicit-little-endian.js'
import { EXPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from '../../src/dicom/transfer-syntaxes.js'
import { CORPUS, corpusFiles, withoutCorpus } from '../corpus.js'
import { parse, type Parsed } from '../dicom/part10/parsing.js'
import { asSource, cutAt } from '../web/multipart/collect-parts.js'

const PYTHON = '/usr/bin/python3'
const DCMDUMP = '/usr/bin/dcmdump'
const MOST_OUTPUT_BYTES = 1 << 30

t.setTimeout(0)

function withoutTools(): string | false {
  const missing = [PYTHON, DCMDUMP].filter(tool => !existsSync(tool))
  if (missing.length === 0) return withoutCorpus()
  if (process.env['CI'] === 'true')
    throw new Error(`no ${missing.join(', ')}: in CI this suite may not be skipped`)
  return `no ${missing.join(', ')}`
}

/** Big endian files whose pixels have 32 bits: their writers swapped all four bytes and pydicom's pixel_array reads them so, but
 *  as words of 16 bits, which OW has, both oracles' values differ. Each has a little endian sibling to compare with. */
const WIDE_PIXELS: Readonly<Record<string, string>> = {
  'nonimage/rt/rtdose_expb.dcm': 'nonimage/rt/rtdose.dcm',
  'nonimage/rt/rtdose_expb_1frame.dcm': 'nonimage/rt/rtdose_1frame.dcm',
}
/** Its records hold byte offsets in their own file. PS3.3 F.3 */
const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10'

interface Rewritten {
  /** inside the corpus */
  readonly name: string
  readonly original: string
  readonly rewritten: string
}

t.test('PS3.5 A.1 to A.5: rewritten files of the corpus', { skip: withoutTools() }, async t => {
  const folder = mkdtempSync(path.join(tmpdir(), 'explicit-little-endian-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const files: Rewritten[] = []
  const syntaxes: Record<string, number> = {}
  for (const file of corpusFiles()) {
    const bytes = readFileSync(file.file)
    const parsed = await parse(bytes).catch(() => undefined)
    const syntax = parsed && transferSyntax(parsed.TransferSyntaxUID)
    if (parsed === undefined || syntax?.encapsulated !== false) continue
    if (syntax.uid === EXPLICIT_VR_LITTLE_ENDIAN) continue
    if (parsed.MediaStorageSOPClassUID === MEDIA_STORAGE_DIRECTORY) continue
    syntaxes[syntax.uid] = (syntaxes[syntax.uid] ?? 0) + 1
    const rewritten = path.join(folder, `${files.length}.dcm`)
    writeFileSync(rewritten, await rewrite(bytes, parsed, files.length))
    files.push({ name: file.path, original: file.file, rewritten })
    const again = await parse(readFileSync(rewritten))
    if (again.TransferSyntaxUID !== EXPLICIT_VR_LITTLE_ENDIAN)
      t.fail(`${file.path}: the meta group names another syntax`)
    t.same(withoutSyntax(again), withoutSyntax(parsed), `${file.path} parses the same`)
  }
  t.comment(JSON.stringify(syntaxes))
  t.ok(files.length > 100, `${files.length} files are rewritten`)

  t.test('pydicom reads the same values', t => {
    const original = pydicom(files.map(file => file.original))
    const rewritten = pydicom(files.map(file => file.rewritten))
    files.forEach(({ name }, index) => {
      const wide = WIDE_PIXELS[name] !== undefined
      t.same(
        without(wide ? '7FE00010' : '', rewritten[index]),
        without(wide ? '7FE00010' : '', original[index]),
        name,
      )
    })
    t.end()
  })

  t.test('pixels of 32 bits are those of the little endian sibling', t => {
    for (const [name, sibling] of Object.entries(WIDE_PIXELS)) {
      const paths = [files.find(file => file.name === name)?.rewritten ?? '', path.join(CORPUS, sibling)]
      const [ours, theirs] = pydicom(paths) as Record<string, unknown>[]
      t.ok(theirs?.['7FE00010'])
      t.same(ours?.['7FE00010'], theirs?.['7FE00010'], name)
    }
    t.end()
  })

  t.test('DCMTK reads the same values', t => {
    for (const { name, original, rewritten } of files) {
      const expected = dcmdump(original)
      if (expected[0] !== 'exit 0') t.comment(`dcmdump does not read ${name} itself`)
      else if (WIDE_PIXELS[name] === undefined) t.same(dcmdump(rewritten), expected, name)
      else t.same(dcmdump(rewritten).slice(0, -1), expected.slice(0, -1), `${name} but for its pixels`)
    }
    t.end()
  })
})

function without(tag: string, dataset: unknown): unknown {
  if (typeof dataset !== 'object' || dataset === null) return dataset
  return Object.fromEntries(Object.entries(dataset).filter(([key]) => key !== tag))
}

/** Cut at places that change from file to file. */
async function rewrite(bytes: Buffer, parsed: Parsed, seed: number): Promise<Buffer> {
  const step = 1 + ((seed * 7919) % 70_000)
  const cuts = Array.from({ length: Math.floor(bytes.length / step) }, (_, i) => i * step)
  const from = {
    TransferSyntaxUID: parsed.TransferSyntaxUID,
    datasetOffsetBytes: parsed.datasetOffsetBytes,
    ...(parsed.SOPClassUID === undefined ? {} : { SOPClassUID: parsed.SOPClassUID }),
    ...(parsed.SOPInstanceUID === undefined ? {} : { uids: { SOPInstanceUID: parsed.SOPInstanceUID } }),
  }
  const pieces: Uint8Array[] = []
  for await (const piece of toExplicitLittleEndian(asSource(cutAt(bytes, cuts)), from)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The header but for (0008,3002), which tells the stored syntax. */
function withoutSyntax({ json }: Parsed): unknown {
  return Object.fromEntries(Object.entries(json).filter(([tag]) => tag !== '00083002'))
}

/** What pydicom makes of the files, in their order: VRs and the byte order of binary values levelled, group lengths off. */
function pydicom(files: readonly string[]): unknown[] {
  const { stdout } = spawnSync(PYTHON, ['test/oracles/pydicom_json.py'], {
    input: `${files.join('\n')}\n`,
    maxBuffer: MOST_OUTPUT_BYTES,
    encoding: 'utf8',
  })
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => {
      const { json, error } = JSON.parse(line) as { json?: unknown; error?: string }
      return json === undefined ? error : levelled(json)
    })
}

function levelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(levelled)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key]) => key !== 'vr' && !/^....0000$|^0002|^FFFCFFFC$/.test(key),
  )
  return Object.fromEntries(
    entries.map(([key, inner]) =>
      key === 'Binary' ? [key, (inner as { littleEndian: string }).littleEndian] : [key, levelled(inner)],
    ),
  )
}

/** Tag and value of each element, in order, as dcmdump shows them: not its VR and length, nor delimiters and group lengths.
 *  Vendors' dictionaries are off: in explicit VR there is no doubt that an element is UN, so dcmdump would not ask them. */
function dcmdump(file: string): string[] {
  const { stdout, status } = spawnSync(DCMDUMP, ['-q', '+Un', file], {
    maxBuffer: MOST_OUTPUT_BYTES,
    encoding: 'latin1',
    env: { ...process.env, DCMDICTPATH: standardDictionary() },
  })
  const elements = stdout.split('\n').flatMap(line => {
    const found = /^( *\([0-9a-f]{4},[0-9a-f]{4}\)) .. (.*?) *#/.exec(line)
    if (found === null) return []
    const [, tag = '', value = ''] = found
    if (/\(0002,|,0000\)|\(fffe,e0[0d]d\)|\(fffc,fffc\)/.test(tag)) return []
    return [`${tag} ${value.replace(/ with (explicit|undefined) length/, '')}`]
  })
  return [`exit ${status}`, ...elements]
}

function standardDictionary(): string {
  const folder = readdirSync('/usr/share').find(name => name.startsWith('libdcmtk')) ?? ''
  return path.join('/usr/share', folder, 'dicom.dic')
}
