/** The corpus goes in as metadata and bulk values, in JSON and in XML, and as pydicom and dcm2json write them; the files that
 *  the server makes of them are compared with the originals by pydicom, and dumped without a complaint by DCMTK. PS3.18 10.5.1 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { corpusFiles, withoutCorpus, type CorpusFile } from '../corpus.js'
import { metadataRequest, type BulkValue } from '../conformance/metadata-request.js'
import {
  askJson,
  askWhole,
  instancePath,
  readStoreAnswer,
  search,
  store,
  STORED_SYNTAX,
  valueOf,
  type JsonObject,
} from '../dicomweb-client.js'
import { newUid } from '../made-dicom.js'
import { readMultipart } from '../multipart-answer.js'
import { withoutPydicom } from '../oracles/pydicom.js'
import { startServer, temporaryFolder } from '../server.js'

const PYTHON = '/usr/bin/python3'
/** of a folder of the corpus, so that long series do not take the time of the others */
const FILES_A_FOLDER = 3
const LARGEST_BYTES = 2 << 20
const BULK_TYPES = 'multipart/related; type="*/*"; transfer-syntax=*'
/** what pydicom 2.3.1 has wrong, by path and tag: escape sequences inside a name stay in it */
const KNOWN: Readonly<Record<string, readonly string[]>> = { 'charset/chrGB2312.dcm': ['00100010'] }

/** what a file may be labelled, and what its codestream is taken for where nothing is said; ends of the UIDs */
const TAKEN_FOR: ReadonlyMap<string, string> = new Map([
  ['51', '50'],
  ['57', '70'],
  ['91', '90'],
  ['110', '112'],
  ['202', '201'],
])
/** Files whose label is wrong: one is progressive, one is lossy. */
const MISLABELLED: ReadonlyMap<string, string> = new Map([
  ['modality/mg/example-mg.dcm', '55'],
  ['modality/op/sample-op.dcm', '50'],
])

t.setTimeout(0)

t.test('the corpus as metadata and bulk data', { skip: withoutCorpus() || withoutPydicom() }, async t => {
  const [from, to] = await Promise.all([startServer(t), startServer(t, { FILMROOM_DUPLICATES: 'replace' })])
  const folder = temporaryFolder(t)
  const pairs: { name: string; original: string; rewritten: string }[] = []
  const files = chosen()
  const send = async (
    name: string,
    original: string,
    where: string,
    request: ReturnType<typeof metadataRequest>,
  ): Promise<void> => {
    const { status, json } = await askJson(`${to.url}/studies`, { method: 'POST', ...request })
    const { stored, failed } = readStoreAnswer(json)
    // 202: the original has what does not fit, and so has the copy.
    if (!(status === 200 || status === 202) || stored.length !== 1 || failed.length > 0) {
      t.fail(`${name}: ${status}, ${JSON.stringify(failed)} ${JSON.stringify(json).slice(0, 600)}`)
      return
    }
    const { bytes } = await askWhole(to.url + where, { headers: { accept: STORED_SYNTAX } })
    const rewritten = path.join(folder, `${pairs.length}.dcm`)
    writeFileSync(rewritten, bytes)
    pairs.push({ name, original, rewritten })
  }

  const places = new Map<CorpusFile, string>()
  for (const file of files) {
    const [uid] = (await store(from.url, [readFileSync(file.file)])).stored
    const [row] = uid === undefined ? [] : await search(`${from.url}/instances?SOPInstanceUID=${uid}`)
    if (row === undefined) continue
    const where = instancePath(row)
    places.set(file, where)
    const { bytes: json } = await askWhole(`${from.url}${where}/metadata`)
    const bulk = await bulkValuesOf(t, json.toString())
    await send(`json ${file.path}`, file.file, where, metadataRequest('json', [json], bulk))
    const { headers, bytes: xml } = await askWhole(`${from.url}${where}/metadata`, {
      headers: { accept: 'multipart/related; type="application/dicom+xml"' },
    })
    const [document] = readMultipart(headers['content-type'], xml).parts
    await send(`xml ${file.path}`, file.file, where, metadataRequest('xml', [document!.bytes], bulk))
  }
  t.ok(places.size > 140, `${places.size} files go in as their own metadata`)

  let foreign = 0
  for (const [file, answer] of pydicomMetadata([...places.keys()], folder)) {
    if ('error' in answer) continue
    const bulk = answer.bulk.map(({ uri, file: name }) => ({ location: uri, bytes: readFileSync(name) }))
    foreign++
    await send(
      `pydicom ${file.path}`,
      file.file,
      places.get(file)!,
      metadataRequest('json', [`[${answer.json}]`], bulk),
    )
  }
  t.ok(foreign > 80, `${foreign} files go in as pydicom writes them`)

  let dcmtk = 0
  for (const file of [...places.keys()].filter(one => statSync(one.file).size < 1 << 20)) {
    const { status, stdout } = spawnSync('dcm2json', ['-fc', '-ee', file.file], { maxBuffer: 64 << 20 })
    const text = stdout.toString()
    // It writes what is no JSON where values are inf or nan, and codestreams as their items.
    if (status !== 0 || !isJson(text) || isCompressed(file)) continue
    dcmtk++
    await send(`dcm2json ${file.path}`, file.file, places.get(file)!, metadataRequest('json', [`[${text}]`]))
  }
  t.ok(dcmtk > 50, `${dcmtk} files go in as dcm2json writes them`)

  await derivesPixels(t, to.url, from.url, places)

  const found = differences(pairs)
  for (const [index, { name }] of pairs.entries()) {
    const known = KNOWN[name.replace(/^\S+ /, '')] ?? []
    const unexpected = (found[index] ?? []).filter(({ tag }) => !known.includes(tag))
    if (unexpected.length > 0) t.fail(`${name}: ${JSON.stringify(unexpected.slice(0, 4))}`)
  }
  const complaints = pairs.flatMap(({ name, rewritten }) => {
    const { stderr } = spawnSync('dcmdump', ['-q', '+E', rewritten], { maxBuffer: 64 << 20 })
    return stderr.length === 0 ? [] : [`${name}: ${stderr.toString().slice(0, 200)}`]
  })
  t.same(complaints, [], `dcmdump reads all ${pairs.length} files`)
})

/** PS3.18 10.5.2: codestreams with no more metadata than the UIDs, and no transfer syntax but their own. The manifest, which
 *  pydicom filled, says what should come of it. */
async function derivesPixels(
  t: Test,
  to: string,
  from: string,
  places: ReadonlyMap<CorpusFile, string>,
): Promise<void> {
  let derived = 0
  for (const [file, where] of places) {
    const syntax = /[\d.]+$/.exec(file.columns['transfer_syntax'] ?? '')?.[0] ?? ''
    const label = /^1\.2\.840\.10008\.1\.2\.4\.(\d+)$/.exec(syntax)?.[1]
    // Of a video in a transport stream nothing is read.
    if (label === undefined || file.path.endsWith('-ts.dcm')) continue
    const uid = (): object => ({ vr: 'UI', Value: [newUid()] })
    const metadata = {
      '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] },
      '00080018': uid(),
      '0020000D': uid(),
      '0020000E': uid(),
      '7FE00010': { vr: 'OB', BulkDataURI: 'p' },
    }
    const bulk = await bulkValuesOf(t, `"BulkDataURI":"${from}${where}/bulkdata/7FE00010"`)
    const request = metadataRequest(
      'json',
      [JSON.stringify([metadata])],
      bulk.map(({ type = '', bytes }) => ({ location: 'p', type: type.replace(/;.*/, ''), bytes })),
    )
    const { status, json } = await askJson(`${to}/studies`, { method: 'POST', ...request })
    const [uidStored] = readStoreAnswer(json).stored
    if (status !== 200 || uidStored === undefined) {
      t.fail(`${file.path}: ${status} ${JSON.stringify(json).slice(0, 300)}`)
      continue
    }
    const [row] = await search(`${to}/instances?SOPInstanceUID=${uidStored}`)
    const answer = await askJson(`${to}${instancePath(row!)}/metadata`)
    const [got] = answer.json as [JsonObject]
    const value = (tag: string): string => String(valueOf(got, tag))
    const found = {
      size: `${value('00280010')}x${value('00280011')}`,
      samples: value('00280002'),
      allocated: value('00280100'),
      frames: value('00280008') === 'undefined' ? '1' : value('00280008'),
    }
    const [samples, allocated] = (file.columns['samples_bits'] ?? '').split('/')
    const stated = { size: file.columns['rows_x_cols'], samples, allocated, frames: file.columns['frames'] }
    const own = value('00083002').replace('1.2.840.10008.1.2.4.', '')
    const fits =
      own === (MISLABELLED.get(file.path) ?? own) &&
      (own === label || MISLABELLED.has(file.path) || own === TAKEN_FOR.get(label))
    if (JSON.stringify(found) !== JSON.stringify(stated) || !fits) {
      t.fail(`${file.path}: ${JSON.stringify({ found, stated, syntax: [label, own] })}`)
    }
    derived++
  }
  t.ok(derived > 35, `${derived} codestreams say what they are`)
}

function chosen(): CorpusFile[] {
  const taken = new Map<string, number>()
  return corpusFiles().filter(file => {
    if (file.path.startsWith('bad/') || statSync(file.file).size > LARGEST_BYTES) return false
    const folder = path.dirname(file.path)
    const count = (taken.get(folder) ?? 0) + 1
    taken.set(folder, count)
    return count <= FILES_A_FOLDER
  })
}

/** Each value that the metadata names, as it is answered: a part a frame, labelled. */
async function bulkValuesOf(t: Test, json: string): Promise<BulkValue[]> {
  const bulk: BulkValue[] = []
  for (const [, uri = ''] of json.matchAll(/"BulkDataURI":"([^"]+)"/g)) {
    const { status, headers, bytes } = await askWhole(uri, { headers: { accept: BULK_TYPES } })
    if (status !== 200) t.fail(`${uri} is answered ${status}`)
    else
      for (const part of readMultipart(headers['content-type'], bytes).parts)
        bulk.push({ location: uri, type: part.contentType, bytes: part.bytes })
  }
  return bulk
}

type PydicomMetadata =
  | { readonly error: string }
  | { readonly json: string; readonly bulk: readonly { readonly uri: string; readonly file: string }[] }

function pydicomMetadata(files: readonly CorpusFile[], folder: string): [CorpusFile, PydicomMetadata][] {
  const input = files.map(({ file }, index) => {
    const own = path.join(folder, `bulk-${index}`)
    mkdirSync(own)
    return `${file}\t${own}\n`
  })
  const lines = oracle<PydicomMetadata>('pydicom_metadata.py', input)
  return lines.map((line, index) => [files[index]!, line])
}

function differences(
  pairs: readonly { name: string; original: string; rewritten: string }[],
): { tag: string; why: string }[][] {
  return oracle(
    'pydicom_rewritten.py',
    pairs.map(
      ({ name, original, rewritten }) =>
        `${original}\t${rewritten}\t${name.startsWith('dcm2json') ? 'loose' : 'exact'}\n`,
    ),
  )
}

function oracle<T>(script: string, input: readonly string[]): T[] {
  const output = execFileSync(PYTHON, [path.resolve('test/oracles', script)], {
    input: input.join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  return output
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as T)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function isCompressed(file: CorpusFile): boolean {
  return /1\.2\.840\.10008\.1\.2\.(?:4\.\d+|5|1\.98|8\.1)$/.test(file.columns['transfer_syntax'] ?? '')
}
