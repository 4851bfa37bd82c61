import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t, { type Test } from 'tap'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import {
  askJson,
  askWhole,
  store,
  STORED_SYNTAX,
  storeRequest,
  textOf,
  valueOf,
  type JsonObject,
} from '../dicomweb-client.js'
import {
  ctImage,
  DEFLATED_LE,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_BASELINE,
  type CtOptions,
  type MadeInstance,
} from '../made-dicom.js'
import { withoutPydicom } from '../oracles/pydicom.js'
import { startServer } from '../server.js'
import { metadataRequest } from './metadata-request.js'
import { pathOf } from './paths.js'

const PYTHON = '/usr/bin/python3'
const B000 = 0xb000
const COERCE = 'IssuerOfPatientID=HOSPITAL_A;InstitutionName=St. Mary'
const OLD = el('00080080', 'LO', 'Old Clinic')
const ORIGINALS = '04000561'

/** See test/oracles/pydicom_coerced.py. */
interface Compared {
  readonly differ: readonly string[]
  readonly items: readonly number[]
  readonly modified: Readonly<Record<string, string>>
}

const itemsIn = (object: JsonObject | undefined, tag: string): readonly JsonObject[] =>
  (object?.[tag]?.Value ?? []) as readonly JsonObject[]

async function post(url: string, bytes: Uint8Array): Promise<{ status: number; item: JsonObject }> {
  const { status, json } = await askJson(`${url}/studies`, { method: 'POST', ...storeRequest([bytes]) })
  return { status, item: itemsIn(json as JsonObject, '00081199')[0] ?? {} }
}

async function storedBytes(url: string, image: MadeInstance): Promise<Buffer> {
  const { status, bytes } = await askWhole(url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
  if (status !== 200) throw new Error(`answered ${status}`)
  return bytes
}

async function metadata(url: string, image: MadeInstance): Promise<JsonObject> {
  const { json } = await askJson(`${url}${pathOf(image)}/metadata`)
  return (json as JsonObject[])[0] ?? {}
}

const SYNTAXES: Readonly<Record<string, CtOptions>> = {
  'explicit little endian': { transferSyntax: EXPLICIT_LE },
  'implicit little endian': { transferSyntax: IMPLICIT_LE },
  'explicit big endian': { transferSyntax: EXPLICIT_BE },
  deflated: { transferSyntax: DEFLATED_LE },
  encapsulated: { transferSyntax: JPEG_BASELINE, pixels: { fragments: [Buffer.alloc(90_000, 7)] } },
}

t.test('PS3.18 10.5 Store: coercion under FILMROOM_COERCE', async t => {
  const { url } = await startServer(t, { FILMROOM_COERCE: COERCE })

  t.test('I.2.2 what is altered bears B000H, and stands in Original Attributes Sequence', async t => {
    for (const [name, options] of Object.entries(SYNTAXES)) {
      const image = ctImage({ ...options, with: [OLD] })
      const before = Date.now()
      const { status, item } = await post(url, image.bytes)
      t.equal(status, 202, name)
      t.equal(valueOf(item, '00081196'), B000)
      t.equal(textOf(item, '00000902'), '(0008,0080) is coerced (+1 more)')
      const found = await metadata(url, image)
      t.equal(textOf(found, '00080080'), 'St. Mary')
      t.equal(textOf(found, '00100021'), 'HOSPITAL_A')
      const [original, ...more] = itemsIn(found, ORIGINALS)
      t.same(more, [])
      const { 0: modified } = itemsIn(original, '04000550')
      t.same(modified, { '00080080': { vr: 'LO', Value: ['Old Clinic'] }, '00100021': { vr: 'LO' } })
      t.same(original?.['04000563'], { vr: 'LO', Value: ['Filmroom'] })
      t.same(original?.['04000564'], { vr: 'LO' })
      t.same(original?.['04000565'], { vr: 'CS', Value: ['COERCE'] })
      const moment = textOf(original ?? {}, '04000562')
      t.match(moment, /^\d{14}\.\d{6}\+0000$/)
      const [, y, mo, d, h, mi, s] = /^(....)(..)(..)(..)(..)(..)/.exec(moment) ?? []
      t.ok(Math.abs(Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`) - before) < 60_000, moment)
      const { json } = await askJson(
        `${url}/studies?InstitutionName=St. Mary&StudyInstanceUID=${image.StudyInstanceUID}`.replace(
          ' ',
          '%20',
        ),
      )
      t.equal((json as unknown[]).length, 1, 'searches find it by what is stored')
    }
  })

  t.test('C.12.1.1.9 earlier items of Original Attributes Sequence stay before ours', async t => {
    for (const defined of [true, false]) {
      const earlier = [el('04000562', 'DT', '2020'), el('04000563', 'LO', 'Elsewhere')]
      const image = ctImage({ with: [OLD, el(ORIGINALS, 'SQ', [earlier], defined)] })
      t.equal((await post(url, image.bytes)).status, 202)
      const items = itemsIn(await metadata(url, image), ORIGINALS)
      t.same(
        items.map(one => textOf(one, '04000563')),
        ['Elsewhere', 'Filmroom'],
      )
    }
  })

  t.test('what is as it should be already is stored as it came, without a warning', async t => {
    const same = [el('00080080', 'LO', 'St. Mary'), el('00100021', 'LO', 'HOSPITAL_A')]
    for (const [name, options] of Object.entries(SYNTAXES)) {
      const image = ctImage({ ...options, with: same })
      t.match(await post(url, image.bytes), { status: 200, item: { '00081196': undefined } }, name)
      t.ok((await storedBytes(url, image)).equals(image.bytes))
    }
  })

  t.test(
    '10.5.3 the same instance again is success: nothing of it changes; another one is 0111H',
    async t => {
      for (const [name, options] of Object.entries(SYNTAXES)) {
        const image = ctImage({ ...options, with: [OLD] })
        t.match(await store(url, [image.bytes, image.bytes]), { status: 202, stored: { length: 2 } }, name)
        const stored = await storedBytes(url, image)
        await new Promise(resolve => setTimeout(resolve, 5))
        t.match(await store(url, [image.bytes]), { status: 202, stored: [image.SOPInstanceUID] })
        t.match(
          await store(url, [stored]),
          { status: 200, stored: [image.SOPInstanceUID] },
          'and what was stored',
        )
        t.ok((await storedBytes(url, image)).equals(stored))
        const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = image
        const other = ctImage({
          ...options,
          study,
          series,
          instance,
          with: [el('00080080', 'LO', 'Elsewhere')],
        })
        t.match(await store(url, [other.bytes]), { status: 409, failed: [0x0111] })
      }
    },
  )

  t.test('trap 21: bulk values, of the pixels and others, are those that came', async t => {
    const bulk = Buffer.from(Array.from({ length: 40_000 }, (_, n) => (n * 31) & 0xff))
    const privates = [el('00190010', 'LO', 'MAKER'), el('00191001', 'OB', bulk)]
    for (const [name, options] of Object.entries(SYNTAXES)) {
      const pixels = options.pixels ?? Buffer.from(Array.from({ length: 32_768 }, (_, n) => n & 0xff))
      const image = ctImage({ ...options, rows: 128, columns: 128, pixels, with: [OLD, ...privates] })
      t.equal((await post(url, image.bytes)).status, 202)
      const found = await metadata(url, image)
      const uri = (found['00191001'] as { BulkDataURI?: string } | undefined)?.BulkDataURI ?? ''
      const value = await askWhole(uri, {
        headers: { accept: 'application/octet-stream; transfer-syntax=*' },
      })
      t.ok(value.bytes.includes(bulk), `${name}: private bulk`)
      const stored = await storedBytes(url, image)
      if (options.transferSyntax === DEFLATED_LE) continue
      // From the first element behind what is coerced to the end of the file nothing differs.
      const tail = image.bytes.subarray(image.bytes.lastIndexOf(Buffer.from(image.SeriesInstanceUID)))
      const end = tail.subarray(-30_000)
      t.ok(stored.subarray(-30_000).equals(end), `${name}: the pixels`)
      const frame = await askWhole(`${url}${pathOf(image)}/frames/1`, {
        headers: { accept: 'multipart/related; type="application/octet-stream"; transfer-syntax=*, */*' },
      })
      t.equal(frame.status, 200)
    }
  })

  t.test('10.5.2 metadata and bulk data are coerced too', async t => {
    const image = ctImage()
    await post(url, image.bytes)
    const uids = {
      '00080016': '1.2.840.10008.5.1.4.1.1.104.1',
      '00080018': '2.25.77',
      '0020000D': '2.25.78',
      '0020000E': '2.25.79',
    }
    const body = Object.fromEntries(
      Object.entries(uids).map(([tag, uid]) => [tag, { vr: 'UI', Value: [uid] }]),
    )
    const { status, json } = await askJson(`${url}/studies`, {
      method: 'POST',
      ...metadataRequest('json', [JSON.stringify([body])]),
    })
    t.equal(status, 202)
    t.equal(valueOf(itemsIn(json as JsonObject, '00081199')[0] ?? {}, '00081196'), B000)
  })

  t.test('RFC 9530 the Content-Digest of a part is of what came', async t => {
    const image = ctImage({ with: [OLD] })
    const digest = (bytes: Uint8Array): string =>
      `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
    const send = (of: Uint8Array): Promise<{ status: number }> =>
      askWhole(`${url}/studies`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom', 'content-digest': digest(of) },
        body: image.bytes,
      })
    t.equal((await send(Buffer.from('other'))).status, 409)
    t.equal((await send(image.bytes)).status, 202)
  })

  t.test('what cannot be read fails as without coercion', async t => {
    const plain = await startServer(t)
    for (const [name, options] of Object.entries(SYNTAXES)) {
      const { bytes } = ctImage({ ...options, with: [OLD] })
      for (const part of [0.02, 0.3, 0.5, 0.7, 0.9, 0.98]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part))
        const [with_, without] = [await store(url, [cut]), await store(plain.url, [cut])]
        t.same(with_, without, `${name}, ${part} of it`)
      }
    }
    for (const rubbish of [Buffer.from('rubbish'), Buffer.alloc(5000, 0x42), Buffer.alloc(200)])
      t.same(await store(url, [rubbish]), await store(plain.url, [rubbish]))
    t.equal((await store(url, [ctImage().bytes])).status, 202, 'and it goes on')
  })

  t.test('pydicom and dcmdump read what is stored', { skip: withoutPydicom() }, async t => {
    await readByOthers(
      t,
      url,
      Object.entries(SYNTAXES).map(([name, options]) => [name, ctImage({ ...options, with: [OLD] }).bytes]),
    )
  })

  t.test('files of the corpus', { skip: withoutPydicom() || withoutCorpus() }, async t => {
    const files = corpusFiles()
      .filter((_, n) => n % 12 === 0)
      .map(({ path: name, file }) => [name, readFileSync(file)] as const)
      .filter(([, bytes]) => bytes.length < 4 << 20)
    const { failed } = await readByOthers(t, url, files)
    const plain = await startServer(t)
    for (const [name, bytes, outcome] of failed) t.same(outcome, await store(plain.url, [bytes]), name)
  })
})

/** Each is stored, and read by others as it was apart from what is coerced.
 * @returns what was not stored */
async function readByOthers(
  t: Test,
  url: string,
  files: readonly (readonly [name: string, bytes: Buffer])[],
): Promise<{ failed: (readonly [string, Buffer, unknown])[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'coerced-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const failed: (readonly [string, Buffer, unknown])[] = []
  const pairs: { name: string; sent: string; stored: string }[] = []
  for (const [n, [name, bytes]] of files.entries()) {
    const outcome = await store(url, [bytes])
    const [uid] = outcome.stored
    if (uid === undefined) {
      failed.push([name, bytes, outcome])
      continue
    }
    const { json } = await askJson(`${url}/instances?SOPInstanceUID=${uid}`)
    const [row] = json as JsonObject[]
    const image = {
      StudyInstanceUID: textOf(row!, '0020000D'),
      SeriesInstanceUID: textOf(row!, '0020000E'),
      SOPInstanceUID: uid,
    } as MadeInstance
    const pair = { name, sent: path.join(folder, `${n}-sent`), stored: path.join(folder, `${n}-stored`) }
    writeFileSync(pair.sent, bytes)
    writeFileSync(pair.stored, await storedBytes(url, image))
    pairs.push(pair)
  }
  const script = path.resolve('test/oracles/pydicom_coerced.py')
  const input = pairs.map(({ sent, stored }) => `${sent}\t${stored}\n`).join('')
  const answers = execFileSync(PYTHON, [script], { input, encoding: 'utf8', maxBuffer: 64 << 20 }).split('\n')
  for (const [n, { name, sent, stored }] of pairs.entries()) {
    const answer = JSON.parse(answers[n] ?? '') as Compared | null
    if (answer === null) {
      t.comment(`pydicom does not read ${name}`)
      continue
    }
    const { differ, items, modified } = answer
    t.same(
      differ.filter(tag => !['00080080', '00100021', ORIGINALS].includes(tag)),
      [],
      `${name}: only what is coerced differs`,
    )
    t.equal(items[1], (items[0] ?? 0) + 1, name)
    t.same(
      Object.keys(modified),
      differ.filter(tag => tag !== ORIGINALS),
      name,
    )
    const complaints = (file: string): string =>
      spawnSync('dcmdump', ['-q', '+E', file], { encoding: 'utf8', maxBuffer: 64 << 20 }).stderr
    if (complaints(sent) === '') t.equal(complaints(stored), '', `${name}: dcmdump has nothing to say`)
  }
  t.ok(pairs.length > 0)
  return { failed }
}

t.test('FILMROOM_COERCE: a bad entry stops the start and is named', async t => {
  const starting = startServer(t, { FILMROOM_COERCE: 'PatientID=1;StudyDate=20240101' })
  await t.rejects(starting, { message: /FILMROOM_COERCE: StudyDate has VR DA/ })
})
