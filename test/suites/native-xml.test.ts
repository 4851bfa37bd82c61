/** Native DICOM Model documents of corpus files (FILMROOM_ALL_FILES=true: all, else few slices of the long series) against DCMTK's dcm2xml, and read back by our own reader. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { inflateRawSync } from 'node:zlib'
import t from 'tap'
import { URL_MARK, type DicomJson } from '../../src/dicom/json-model.js'
import { nativeXml } from '../../src/dicom/native-xml-writer.js'
import { readNativeXml } from '../../src/dicom/native-xml-reader.js'
import { part10Reader } from '../../src/dicom/part10/reader.js'
import { Problem } from '../../src/dicom/problem.js'
import { sampledCorpusFiles, withoutCorpus } from '../corpus.js'
import { levelledForXml } from '../dicom/levelled-for-xml.js'

/** Where DCMTK 3.6.7 is no oracle. */
const NOT_CONVERTED: readonly (readonly [RegExp, string])[] = [
  [/^bad\//, 'cut or damaged: dcm2xml refuses it, or writes control characters, which are no XML'],
  [
    /^charset\//,
    'dcm2xml cannot convert its character set, and writes the escape sequences as they are: no XML',
  ],
  [/DICOMDIR|DIRFILE/, 'dcm2xml refuses directories'],
  [/SC_rgb_jpeg\.dcm$/, 'its pixels are cut: dcm2xml refuses it'],
]

/** Where they differ, and are to. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'bad/made-tag-twice.dcm': '(0020,0013) occurs twice: we keep the last, DCMTK the first',
  'transfer-syntax/jpeg2000/J2K_pixelrep_mismatch.dcm':
    'its private creators are UN: we look them up (PS3.5 6.2.2), DCMTK takes them for no creators',
}

function withoutDcmtk(): string | false {
  try {
    execFileSync('dcm2xml', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    if (process.env['CI'] === 'true') throw new Error('no dcm2xml: in CI this suite may not be skipped')
    return 'no dcm2xml: install DCMTK'
  }
}

interface Answer {
  readonly path: string
  readonly error?: string
  readonly differences?: readonly string[]
}

t.test(
  'PS3.19 A.1: a corpus file says in XML what DCMTK’s dcm2xml says, and reads back as its JSON',
  { skip: withoutCorpus() || withoutDcmtk(), timeout: 600_000 },
  async t => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'native-xml-'))
    t.teardown(() => {
      rmSync(folder, { recursive: true })
    })
    const written: { name: string; file: string; xml: string }[] = []
    for (const { path: name, file } of sampledCorpusFiles()) {
      const header = await headerOf(readFileSync(file))
      if (header === undefined) continue
      const xml = await gathered(nativeXml(pieces(header)))
      const where = path.join(folder, `${written.length}.xml`)
      writeFileSync(where, xml)
      written.push({ name, file, xml: where })
      const read = await readNativeXml([xml], { maxBytes: xml.length })
      t.same(
        levelledForXml(read),
        levelledForXml(JSON.parse(header.toString()) as DicomJson),
        `${name} read back`,
      )
    }
    let compared = 0
    for await (const { path: file, error, differences = [] } of askDcmtk(written)) {
      const { name = '' } = written.find(one => one.file === file) ?? {}
      if (error !== undefined) {
        t.ok(
          NOT_CONVERTED.some(([pattern]) => pattern.test(name)),
          `${name}: ${error}`,
        )
        continue
      }
      compared++
      if (EXCEPTIONS[name] === undefined) t.same(differences, [], name)
      else t.not(differences.length, 0, `${name}: the exception is needed`)
    }
    t.ok(written.length - compared < 40, `${compared} of ${written.length} compared`)
    t.comment(`${compared} of ${written.length} files compared with dcm2xml`)
  },
)

/** @returns the JSON text; undefined for what cannot be stored */
async function headerOf(bytes: Buffer): Promise<Buffer | undefined> {
  const reader = part10Reader({ keep: new Set() })
  try {
    await reader.write(bytes)
    const text = inflateRawSync((await reader.end()).header).toString()
    return Buffer.from(text.replaceAll(URL_MARK, 'http://host/base'))
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  } finally {
    reader.destroy()
  }
}

async function* pieces(text: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += 1000) yield await Promise.resolve(text.subarray(at, at + 1000))
}

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

async function* askDcmtk(pairs: readonly { file: string; xml: string }[]): AsyncGenerator<Answer> {
  const python = spawn('/usr/bin/python3', ['test/oracles/native_xml.py'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(python, 'exit')
  python.stdin.end(pairs.map(({ file, xml }) => `${file}\t${xml}\n`).join(''))
  for await (const line of createInterface({ input: python.stdout })) yield JSON.parse(line) as Answer
  const [code] = (await exited) as [number | null]
  if (code !== 0) throw new Error(`the dcm2xml oracle ended with ${code}`)
}
