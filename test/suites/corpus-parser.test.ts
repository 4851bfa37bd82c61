/** Every file of the corpus against pydicom: header, bulk values, frames; whole and in random small chunks.
 *  PARSER_SEED repeats a run's chunks. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { constants, inflateRawSync } from 'node:zlib'
import t from 'tap'
import { bulkValues, findBulkValue } from '../../src/dicom/bulk-table.js'
import { FRAMES_PER_CHUNK, unpackFrame, type FrameTable } from '../../src/dicom/frame-table.js'
import { headerAttributes } from '../../src/dicom/header-attributes.js'
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import { Problem } from '../../src/dicom/problem.js'
import type { ParsedFile } from '../../src/dicom/part10/parsed-dataset.js'
import { part10Reader } from '../../src/dicom/part10/reader.js'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { PARSER_EXCEPTIONS } from './corpus-parser-exceptions.js'
import { differences, type ComparedDataset } from './dicom-json-comparison.js'
import { seededRandom } from './seeded-random.js'

const MOST_EXCEPTIONS = 0.05
const random = seededRandom(Number(process.env['PARSER_SEED'] ?? Date.now() % 2 ** 32))

interface OracleAnswer {
  readonly path: string
  readonly error?: string
  readonly json?: ComparedDataset
  readonly frames?: readonly string[] | null
  readonly nativeBytes?: number | null
}

t.test(
  'every corpus file reads as pydicom reads it',
  { skip: withoutCorpus(), timeout: 600_000 },
  async t => {
    t.comment(`PARSER_SEED=${random.seed}`)
    const files = corpusFiles()
    let compared = 0
    let excepted = 0
    for await (const answer of askPydicom(files.map(({ file }) => file))) {
      const file = files[compared++]
      if (file?.file !== answer.path) throw new Error(`pydicom answered for ${answer.path}`)
      const bytes = readFileSync(file.file)
      const whole = await outcome(bytes, () => bytes.length)
      const cut = await outcome(bytes, () => random.between(1, random.pick([2, 16, 300, 5000])))
      if (!t.same(cut, whole, `${file.path} in small chunks reads as whole`)) continue
      if ('parsed' in whole) {
        const { header, headerTextBytes, attributes } = whole.parsed
        const again = await headerAttributes(header, headerTextBytes, USUAL_ATTRIBUTES.tags)
        t.strictSame(again, attributes, `${file.path}: the header gives back what was kept`)
      }
      const exception = PARSER_EXCEPTIONS[file.path]
      const found = compare(whole, answer, bytes)
      if (exception !== undefined) excepted++
      for (const of of ['json', 'frames'] as const) {
        if (exception?.[of] === undefined) t.same(found[of], [], `${file.path}: ${of}`)
        else t.not(found[of].length, 0, `${file.path}: the exception about ${of} is needed`)
      }
    }
    t.equal(compared, files.length, 'pydicom answered for every file')
    t.ok(
      excepted <= files.length * MOST_EXCEPTIONS,
      `${excepted} of ${files.length} files are exceptions, at most 5 %`,
    )
    t.same(
      Object.keys(PARSER_EXCEPTIONS).filter(path => !files.some(file => file.path === path)),
      [],
      'every exception is a file of the corpus',
    )
    t.comment(`${compared} files compared, ${excepted} exceptions`)
  },
)

async function* askPydicom(paths: readonly string[]): AsyncGenerator<OracleAnswer> {
  const python = spawn('/usr/bin/python3', ['test/oracles/pydicom_json.py'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(python, 'exit')
  python.stdin.end(paths.join('\n') + '\n')
  for await (const line of createInterface({ input: python.stdout })) yield JSON.parse(line) as OracleAnswer
  const [code] = (await exited) as [number | null]
  if (code !== 0) throw new Error(`the pydicom oracle ended with ${code}`)
}

type Outcome = { readonly parsed: ParsedFile } | { readonly problem: string }

async function outcome(bytes: Buffer, length: () => number): Promise<Outcome> {
  const reader = part10Reader({ keep: USUAL_ATTRIBUTES.tags })
  try {
    for (let at = 0, next = 0; at < bytes.length; at = next) {
      next = at + length()
      await reader.write(Uint8Array.prototype.slice.call(bytes, at, next))
    }
    return { parsed: await reader.end() }
  } catch (error) {
    // How far zlib gets before it sees damage depends on how the file was cut.
    if (error instanceof Problem)
      return {
        problem: `${error.kind}: ${error.message.replace(/after \d+ inflated/, 'after some inflated')}`,
      }
    throw error
  } finally {
    reader.destroy()
  }
}

interface Found {
  readonly json: readonly string[]
  readonly frames: readonly string[]
}

function compare(ours: Outcome, theirs: OracleAnswer, bytes: Buffer): Found {
  if ('problem' in ours) return { json: theirs.error === undefined ? [ours.problem] : [], frames: [] }
  if (theirs.json === undefined) return { json: [theirs.error ?? ''], frames: [] }
  const { parsed } = ours
  const inflated = inflatedFile(parsed, bytes)
  const json = JSON.parse(inflateRawSync(parsed.header).toString().replaceAll('\x1f', '')) as ComparedDataset
  const digestBulk = (path: string): { length: number; sha256: string } | undefined => {
    const value = findBulkValue(parsed.bulk, path)
    if (value === undefined) return undefined
    const stored = inflated.subarray(value.offsetBytes, value.offsetBytes + value.lengthBytes)
    return { length: stored.length, sha256: sha256(stored) }
  }
  const found = differences(json, theirs.json, base64 => sha256(Buffer.from(base64, 'base64')), digestBulk)
  const unnamed = [...bulkValues(parsed.bulk)].filter(({ path }) => !hasBulk(json, path))
  for (const { path } of unnamed) found.push(`${path}: in the bulk table, without a URI in the header`)
  return { json: found, frames: frameDifferences(parsed.frames, theirs, inflated) }
}

function hasBulk(json: ComparedDataset, path: string): boolean {
  const [tag = '', item, ...rest] = path.split('.')
  if (item === undefined) return json[tag]?.BulkDataURI?.endsWith(path) === true
  const items = (json[tag]?.Value ?? []) as readonly ComparedDataset[]
  return hasBulk(items[Number(item) - 1] ?? {}, rest.join('.'))
}

function frameDifferences(frames: FrameTable, theirs: OracleAnswer, bytes: Buffer): string[] {
  if (frames.kind !== 'encapsulated') {
    if (Array.isArray(theirs.frames)) return ['encapsulated for pydicom, not for us']
    if (frames.kind === 'none' || typeof theirs.nativeBytes !== 'number') return []
    // announced frames that are wholly there
    const expected = Math.min(
      theirs.nativeBytes,
      Math.floor(frames.lengthBytes / (frames.frameBits / 8)) * (frames.frameBits / 8),
    )
    const described = Math.ceil((frames.frameBits * frames.count) / 8)
    return described === expected || described === theirs.nativeBytes
      ? []
      : [`native frames take ${described} bytes, for pydicom ${theirs.nativeBytes}`]
  }
  const ours = Array.from({ length: frames.count }, (_, frame) => {
    const chunk = frames.chunks[Math.floor(frame / FRAMES_PER_CHUNK)]
    const ranges = chunk === undefined ? undefined : unpackFrame(chunk, frame % FRAMES_PER_CHUNK)
    return sha256(Buffer.concat((ranges ?? []).map(({ start, end }) => bytes.subarray(start, end))))
  })
  return JSON.stringify(ours) === JSON.stringify(theirs.frames)
    ? []
    : [`${ours.length} frames, pydicom ${theirs.frames?.length ?? 'none'}, or other bytes in them`]
}

function inflatedFile(parsed: ParsedFile, bytes: Buffer): Buffer {
  if (parsed.inflatedBytes === undefined) return bytes
  const deflated = bytes.subarray(parsed.datasetOffsetBytes)
  const dataset = inflateRawSync(deflated, { finishFlush: constants.Z_SYNC_FLUSH })
  return Buffer.concat([bytes.subarray(0, parsed.datasetOffsetBytes), dataset])
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
