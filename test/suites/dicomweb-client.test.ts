/** npm dicomweb-client, each of its methods, over the corpus: what it stores it finds and gets back, bytes and UIDs as in the
 *  files. It is what OHIF and slim speak through. */
import { readFileSync } from 'node:fs'
import { api } from 'dicomweb-client'
import t from 'tap'
import { corpusFiles, withoutCorpus, type CorpusFile } from '../corpus.js'
import { textOf, valueOf, type JsonObject } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { RequestByFetch } from './dicomweb-client/request-by-fetch.js'

const SETTINGS = ['setDebug', 'getDebug', 'setVerbose', 'getVerbose']
/** Old JPEG processes, HTJ2K that may be lossy, JPEG XL: the client has no media type for them. */
const ENCAPSULATED_IN_WHAT_IT_CANNOT_READ = /^1\.2\.840\.10008\.1\.2\.4\.(5[2-68-9]|6\d|203|11[0-2])$/
const FILES_A_REQUEST = 40
const MOST_BYTES = 1 << 20
/** Beside what the client sends itself: it refuses media types for instances, all of them being `application/`. */
const STORED = { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' }
/** As slim asks: whatever the frames are stored in, or native. */
const ANY_FRAME = [
  { mediaType: 'application/octet-stream', transferSyntaxUID: '1.2.840.10008.1.2.1' },
  { mediaType: 'image/jpeg', transferSyntaxUID: '1.2.840.10008.1.2.4.50' },
  { mediaType: 'image/jpeg', transferSyntaxUID: '1.2.840.10008.1.2.4.51' },
  { mediaType: 'image/jpeg', transferSyntaxUID: '1.2.840.10008.1.2.4.57' },
  { mediaType: 'image/jpeg', transferSyntaxUID: '1.2.840.10008.1.2.4.70' },
  { mediaType: 'image/jls', transferSyntaxUID: '1.2.840.10008.1.2.4.80' },
  { mediaType: 'image/jls', transferSyntaxUID: '1.2.840.10008.1.2.4.81' },
  { mediaType: 'image/jp2', transferSyntaxUID: '1.2.840.10008.1.2.4.90' },
  { mediaType: 'image/jp2', transferSyntaxUID: '1.2.840.10008.1.2.4.91' },
  { mediaType: 'image/jhc', transferSyntaxUID: '1.2.840.10008.1.2.4.201' },
  { mediaType: 'image/jhc', transferSyntaxUID: '1.2.840.10008.1.2.4.202' },
  { mediaType: 'image/x-dicom-rle', transferSyntaxUID: '1.2.840.10008.1.2.5' },
]

type Options = Readonly<Record<string, unknown>>
type Method = (options?: Options) => Promise<unknown>

interface Uids {
  readonly studyInstanceUID: string
  readonly seriesInstanceUID: string
  readonly sopInstanceUID: string
}

t.setTimeout(0)

t.test('dicomweb-client, each method over the corpus', { skip: withoutCorpus() }, async t => {
  Object.assign(globalThis, { XMLHttpRequest: RequestByFetch })
  const { url } = await startServer(t)
  const client = new api.DICOMwebClient({ url, singlepart: '', verbose: false })
  const stored = new api.DICOMwebClient({ url, singlepart: '', verbose: false, headers: STORED })
  const singlepart = new api.DICOMwebClient({ url, singlepart: 'bulkdata', verbose: false })
  const called = new Set<string>()
  const call = async (name: string, options?: Options, through = client): Promise<unknown> => {
    called.add(name)
    return (through as unknown as Record<string, Method>)[name]!.call(through, options)
  }
  const list = async (name: string, options?: Options): Promise<JsonObject[]> =>
    (await call(name, options)) as JsonObject[]
  const buffers = async (name: string, options: Options, through = client): Promise<Buffer[]> =>
    // One body is an ArrayBuffer with some methods, and a list of one with others.
    [await call(name, options, through)].flat().map(each => Buffer.from(each as ArrayBuffer))

  const files = distinct(corpusFiles())
  t.ok(files.size > 500, `${files.size} files`)
  const bytesOf = (uids: Uids): Buffer => readFileSync(files.get(uids.sopInstanceUID)!.file)

  await t.test('storeInstances', async t => {
    const all = [...files.values()]
    for (let at = 0; at < all.length; at += FILES_A_REQUEST) {
      const datasets = all.slice(at, at + FILES_A_REQUEST).map(({ file }) => copyOf(readFileSync(file)))
      const answer = JSON.parse(String(await call('storeInstances', { datasets }))) as JsonObject
      t.equal(answer['00081199']?.Value?.length, datasets.length, `all from ${at} on`)
      t.notOk(answer['00081198'])
      t.notOk(answer['0008119A'])
    }
    const [first] = all
    const studyInstanceUID = first!.columns['study_uid'] ?? ''
    const datasets = [copyOf(readFileSync(first!.file))]
    const again = JSON.parse(
      String(await call('storeInstances', { studyInstanceUID, datasets })),
    ) as JsonObject
    t.match(valueOf(again, '00081190'), `${url}/studies/${studyInstanceUID}`)
    t.equal(await statusOf(call('storeInstances', { studyInstanceUID: '1.2.3', datasets })), 409)
  })

  const instances: Uids[] = []
  await t.test('searchForStudies, searchForSeries, searchForInstances', async t => {
    const queryParams = { limit: 1000 }
    const studies = await list('searchForStudies', { queryParams })
    for (const study of studies) {
      const studyInstanceUID = textOf(study, '0020000D')
      const series = await list('searchForSeries', { studyInstanceUID, queryParams })
      t.equal(series.length, valueOf(study, '00201206'), `series of ${studyInstanceUID}`)
      for (const row of series) {
        const seriesInstanceUID = textOf(row, '0020000E')
        const rows = await list('searchForInstances', { studyInstanceUID, seriesInstanceUID, queryParams })
        t.equal(rows.length, valueOf(row, '00201209'), `instances of ${seriesInstanceUID}`)
        for (const each of rows)
          instances.push({ studyInstanceUID, seriesInstanceUID, sopInstanceUID: textOf(each, '00080018') })
      }
    }
    t.same(
      instances.map(each => each.sopInstanceUID).sort(),
      [...files.keys()].sort(),
      'what was stored is found, level by level, and nothing else',
    )
    t.equal((await list('searchForSeries', { queryParams })).length, new Set(instances.map(seriesOf)).size)
    t.equal((await list('searchForInstances', { queryParams })).length, files.size)
    const [study] = studies
    const PatientID = textOf(study!, '00100020')
    const found = await list('searchForStudies', { queryParams: { ...queryParams, PatientID } })
    t.ok(found.length > 0 && found.every(row => textOf(row, '00100020') === PatientID))
    t.same(await list('searchForStudies', { queryParams: { PatientID: 'no such patient' } }), [])
  })

  await t.test('retrieveInstance, retrieveSeries, retrieveStudy: byte for byte as stored', async t => {
    for (const uids of instances) {
      const got = Buffer.from((await call('retrieveInstance', { ...uids }, stored)) as ArrayBuffer)
      if (!got.equals(bytesOf(uids))) t.fail(files.get(uids.sopInstanceUID)!.path)
    }
    const compare = async (
      name: string,
      of: (uids: Uids) => string,
      options: (uids: Uids) => Options,
    ): Promise<void> => {
      for (const [key, group] of grouped(instances, of)) {
        const got = await buffers(name, options(group[0]!), stored)
        const wanted = group.map(bytesOf)
        t.equal(got.length, wanted.length, `${name} ${key}`)
        t.ok(
          wanted.every(bytes => got.some(each => each.equals(bytes))),
          `${name} ${key}: its files`,
        )
      }
    }
    await compare('retrieveSeries', seriesOf, ({ studyInstanceUID, seriesInstanceUID }) => ({
      studyInstanceUID,
      seriesInstanceUID,
    }))
    await compare(
      'retrieveStudy',
      uids => uids.studyInstanceUID,
      ({ studyInstanceUID }) => ({ studyInstanceUID }),
    )
    const [one] = instances
    const plain = Buffer.from((await call('retrieveInstance', { ...one })) as ArrayBuffer)
    t.equal(plain.toString('latin1', 128, 132), 'DICM', 'without media types, too')
  })

  const metadata = new Map<string, JsonObject>()
  await t.test('retrieveStudyMetadata, retrieveSeriesMetadata, retrieveInstanceMetadata', async t => {
    for (const { studyInstanceUID } of new Map(instances.map(each => [each.studyInstanceUID, each])).values())
      for (const each of await list('retrieveStudyMetadata', { studyInstanceUID }))
        metadata.set(textOf(each, '00080018'), each)
    t.same([...metadata.keys()].sort(), [...files.keys()].sort())
    for (const uids of new Map(instances.map(each => [seriesOf(each), each])).values()) {
      const { studyInstanceUID, seriesInstanceUID } = uids
      for (const each of await list('retrieveSeriesMetadata', { studyInstanceUID, seriesInstanceUID })) {
        if (!same(each, metadata.get(textOf(each, '00080018'))))
          t.fail(`series metadata of ${seriesInstanceUID}`)
      }
    }
    for (const uids of instances.filter((_, n) => n % 3 === 0)) {
      const [one] = (await call('retrieveInstanceMetadata', { ...uids })) as [JsonObject]
      const { path } = files.get(uids.sopInstanceUID)!
      if (!same(one, metadata.get(uids.sopInstanceUID))) t.fail(`metadata of ${path}`)
      if (textOf(one, '0020000D') !== uids.studyInstanceUID) t.fail(`its study: ${path}`)
    }
  })

  await t.test(
    'retrieveInstanceFrames: native as their attributes say, compressed as in the file',
    async t => {
      let frames = 0
      for (const uids of instances) {
        const header = metadata.get(uids.sopInstanceUID)!
        if (header['7FE00010'] === undefined || !textOf(header, '00083002').startsWith('1.2.840.10008.1.2'))
          continue
        const { path, columns } = files.get(uids.sopInstanceUID)!
        if (/MPEG|H.264|H.265|HEVC|Deflated/i.test(columns['transfer_syntax'] ?? '')) continue
        const file = bytesOf(uids)
        const options = { ...uids, frameNumbers: [1], mediaTypes: ANY_FRAME }
        if (ENCAPSULATED_IN_WHAT_IT_CANNOT_READ.test(textOf(header, '00083002'))) {
          const [decoded] = await buffers('retrieveInstanceFrames', options)
          t.equal(decoded?.length, frameBytesOf(header), path)
          continue
        }
        const [frame] = await buffers('retrieveInstanceFrames', options)
        frames++
        // A frame of single bits ends within a byte.
        const whole = valueOf(header, '00280100') === 1 ? frame!.subarray(0, -1) : frame!
        const swapped = /Big Endian/.test(columns['transfer_syntax'] ?? '') && header['7FE00010'].vr === 'OW'
        if (!pixelsOf(file, swapped).includes(whole)) t.fail(`frame 1 of ${path}: ${frame!.length} bytes`)
      }
      t.comment(`${frames} frames`)
      t.ok(frames > 500)
    },
  )

  await t.test('retrieveBulkData: every BulkDataURI outside pixels is what the file holds', async t => {
    let values = 0
    for (const uids of instances) {
      const header = metadata.get(uids.sopInstanceUID)!
      for (const [tag, element] of Object.entries(header)) {
        const BulkDataURI = (element as { BulkDataURI?: string } | undefined)?.BulkDataURI
        if (BulkDataURI === undefined || tag === '7FE00010') continue
        values++
        const [many] = (await call('retrieveBulkData', { BulkDataURI })) as [ArrayBuffer]
        const [bare] = (await call('retrieveBulkData', { BulkDataURI }, singlepart)) as [ArrayBuffer]
        if (!Buffer.from(many).equals(Buffer.from(bare)))
          t.fail(`${BulkDataURI}: multipart and single part differ`)
        const { path, columns } = files.get(uids.sopInstanceUID)!
        if (/Big Endian|Deflated/.test(columns['transfer_syntax'] ?? '')) continue
        if (!bytesOf(uids).includes(Buffer.from(many))) t.fail(`${path} ${tag}`)
      }
    }
    t.comment(`${values} values`)
    t.ok(values > 400)
  })

  await t.test('buildInstanceWadoURIUrl: the URL gives the file as it is stored (PS3.18 9)', async t => {
    const { origin } = new URL(url)
    const uri = new api.DICOMwebClient({ url: origin, wadoURLPrefix: 'wado', singlepart: '', verbose: false })
    called.add('buildInstanceWadoURIUrl')
    for (const uids of instances.filter((_, n) => n % 20 === 0)) {
      const answer = await fetch(uri.buildInstanceWadoURIUrl(uids))
      const { path } = files.get(uids.sopInstanceUID)!
      t.equal(answer.status, 200, path)
      t.ok(Buffer.from(await answer.arrayBuffer()).equals(bytesOf(uids)), path)
    }
  })

  await t.test(
    'the four rendered methods: a picture of the type asked for, a thumbnail of what has none',
    async t => {
      const isImage = (uids: Uids): boolean =>
        metadata.get(uids.sopInstanceUID)!['7FE00010'] !== undefined &&
        valueOf(metadata.get(uids.sopInstanceUID)!, '00080060') === 'CT'
      const images = instances.filter(isImage).filter((_, n) => n % 10 === 0)
      t.ok(images.length > 3, `${images.length} images`)
      for (const uids of images) {
        const { path } = files.get(uids.sopInstanceUID)!
        const options = { ...uids, frameNumbers: [1] }
        for (const name of RENDERED) {
          // retrieveInstanceFramesRendered asks for bytes only where it has parameters too.
          const [plain] = await buffers(name, { ...options, queryParams: { quality: 90 } })
          t.equal(plain?.toString('hex', 0, 3), 'ffd8ff', `${name} of ${path}`)
          const [asked] = await buffers(name, { ...options, mediaTypes: [{ mediaType: 'image/png' }] })
          t.equal(asked?.toString('latin1', 1, 4), 'PNG', `${name} of ${path}, as PNG`)
        }
      }
      const others = instances.filter(each => metadata.get(each.sopInstanceUID)!['7FE00010'] === undefined)
      for (const uids of others.filter((_, n) => n % 10 === 0)) {
        const [icon] = await buffers('retrieveInstanceThumbnail', { ...uids })
        if (icon?.toString('hex', 0, 3) !== 'ffd8ff') t.fail(files.get(uids.sopInstanceUID)!.path)
      }
    },
  )

  t.test('no method of the client is left out', async t => {
    const methods = Object.getOwnPropertyNames(api.DICOMwebClient.prototype).filter(
      name => name !== 'constructor' && !name.startsWith('_'),
    )
    t.same([...called, ...SETTINGS].sort(), methods.sort())
  })
})

/** Of a native frame. PS3.5 8.1.1, 8.2.1 */
function frameBytesOf(header: JsonObject): number {
  const [rows = 0, columns = 0, samples = 0, bits = 0] = ['00280010', '00280011', '00280002', '00280100'].map(
    tag => Number(valueOf(header, tag)),
  )
  const samplesOfPixel = textOf(header, '00280004') === 'YBR_FULL_422' ? 2 : samples
  return (rows * columns * samplesOfPixel * bits) / 8
}

const RENDERED = [
  'retrieveInstanceRendered',
  'retrieveInstanceThumbnail',
  'retrieveInstanceFramesRendered',
  'retrieveInstanceFramesThumbnail',
]

/** Good files by SOP Instance UID, those whose manifest says three UIDs and that no other file bears. */
function distinct(files: readonly CorpusFile[]): ReadonlyMap<string, CorpusFile> {
  const byUid = new Map<string, CorpusFile>()
  for (const file of files) {
    const { study_uid, series_uid, sop_instance_uid = '', bytes } = file.columns
    const whole = study_uid !== '' && series_uid !== '' && sop_instance_uid !== ''
    if (!file.path.startsWith('bad/') && whole && Number(bytes) <= MOST_BYTES && !byUid.has(sop_instance_uid))
      byUid.set(sop_instance_uid, file)
  }
  return byUid
}

function seriesOf({ studyInstanceUID, seriesInstanceUID }: Uids): string {
  return `${studyInstanceUID}/${seriesInstanceUID}`
}

/** The bytes of the file where its frames are: those of the fragments without their item headers (PS3.5 A.4), or all. */
function pixelsOf(file: Buffer, swapped: boolean): Buffer {
  const head = file.lastIndexOf(ENCAPSULATED)
  if (head < 0) return swapped ? Buffer.from(file).swap16() : file
  const fragments: Buffer[] = []
  for (let at = head + ENCAPSULATED.length; file.readUInt32LE(at) === ITEM;) {
    const end = at + 8 + file.readUInt32LE(at + 4)
    fragments.push(file.subarray(at + 8, end))
    at = end
  }
  return Buffer.concat(fragments.slice(1))
}
const ENCAPSULATED = Buffer.from('e07f10004f420000ffffffff', 'hex')
const ITEM = 0xe000fffe

async function statusOf(answer: Promise<unknown>): Promise<number | undefined> {
  return answer.then(
    () => 200,
    (error: unknown) => (error as { status?: number }).status,
  )
}

function grouped(all: readonly Uids[], of: (uids: Uids) => string): Map<string, Uids[]> {
  const groups = new Map<string, Uids[]>()
  for (const one of all) groups.set(of(one), [...(groups.get(of(one)) ?? []), one])
  return groups
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function copyOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
