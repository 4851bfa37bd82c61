/** `filmroom verify` beside a server that runs on the same data, and what the server then refuses. */
import { copyFileSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { Finding, VerifyCounts } from '../../src/services/verify-report.js'
import { pathOf } from '../conformance/paths.js'
import { askWhole, search, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { ctImage, el, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { blobOf } from '../services/archive.js'
import { isWhole, remove } from './beside-server.js'
import { runFilmroom } from './run-filmroom.js'

interface Report {
  readonly wrong: boolean
  readonly counts: VerifyCounts
  readonly findings: readonly Finding[]
}

/** Whatever reads bytes of an instance, with what it is asked for. */
function readers(one: MadeInstance): (readonly [where: string, accept: string])[] {
  const at = pathOf(one)
  const wado = `/../wado?requestType=WADO&studyUID=${one.StudyInstanceUID}&seriesUID=${one.SeriesInstanceUID}&objectUID=${one.SOPInstanceUID}`
  return [
    [at, STORED_SYNTAX],
    [at, 'application/dicom'],
    [at, 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80'],
    [`/studies/${one.StudyInstanceUID}`, 'multipart/related; type="application/dicom"'],
    [`/studies/${one.StudyInstanceUID}`, 'application/zip'],
    [`${at}/frames/1`, 'application/octet-stream'],
    [`${at}/frames/1`, 'multipart/related; type="image/jls"'],
    [`${at}/bulkdata/7FE00010`, 'application/octet-stream'],
    [`${at}/pixeldata`, '*/*'],
    [`/studies/${one.StudyInstanceUID}/bulkdata`, '*/*'],
    [`${at}/rendered`, 'image/png'],
    [`${at}/rendered`, 'image/gif'],
    [`${at}/frames/1/rendered`, 'image/jpeg'],
    [`${at}/thumbnail`, 'image/jpeg'],
    [`${at}/frames/1/thumbnail`, 'image/jpeg'],
    [`/studies/${one.StudyInstanceUID}/thumbnail`, 'image/jpeg'],
    [`${wado}&contentType=application/dicom`, '*/*'],
    [`${wado}&contentType=image/png`, '*/*'],
  ]
}

/** @returns the problem's type where it is 500, else the status */
async function answerOf(server: RunningServer, where: string, accept: string): Promise<unknown> {
  const { status, bytes } = await askWhole(server.url + where, { headers: { accept } })
  return status === 500 ? (JSON.parse(bytes.toString()) as { readonly type: string }).type : status
}

t.test('verify beside a running server', async t => {
  const server = await startServer(t)
  const ids = { study: newUid(), series: newUid() }
  const whole = ctImage({ ...ids, rows: 8, with: [el('00200013', 'IS', '1')] })
  const flipped = ctImage({ ...ids, rows: 16, frames: 2, with: [el('00200013', 'IS', '2')] })
  const missing = ctImage({ rows: 24 })
  const gone = ctImage({ rows: 32 })
  await store(
    server.url,
    [whole, flipped, missing, gone].map(one => one.bytes),
  )
  await remove(server, pathOf(gone))

  t.test('a table says that nothing is wrong', async t => {
    const { status, output, errors } = await runFilmroom(server.dataFolder, ['verify'])
    t.same([status, errors], [0, ''])
    t.match(output, /^instances +3\ndeleted instances +1 {2}that can be restored\ntombstones +1\n/)
    t.match(output, /^SHA-256 compared +4 {2}[\d.]+ KiB$/m)
    t.match(output, /^nothing is wrong \([\d.]+ s\)\n$/m)
  })

  // What was made earlier is in the derived cache, and must not be given either.
  for (const [where, accept] of readers(flipped))
    t.equal(await answerOf(server, where, accept), 200, `${where} ${accept}`)
  const copy = path.join(temporaryFolder(t), 'copy')
  const file = blobOf(server, flipped)
  copyFileSync(file, copy)
  const bytes = readFileSync(file)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(file, bytes)
  unlinkSync(blobOf(server, missing))

  t.test('JSON tells what is wrong, with exit status 1', async t => {
    const { status, output } = await runFilmroom(server.dataFolder, ['verify', '--json', '--rate', '50MiB'])
    const { wrong, counts, findings } = JSON.parse(output) as Report
    t.same([status, wrong], [1, true])
    t.match(counts, { instances: 3, deleted: 1, found: { missing: 1, damaged: 1, orphan: 0 }, marked: 2 })
    t.strictSame(findings.map(one => [one.kind, one.uids?.SOPInstanceUID]).sort(), [
      ['damaged', flipped.SOPInstanceUID],
      ['missing', missing.SOPInstanceUID],
    ])
    t.notMatch(output, /M.ller|P1/, 'no patient data')
  })

  t.test('what is marked is refused by all that reads bytes', async t => {
    for (const one of [flipped, missing])
      for (const [where, accept] of readers(one)) {
        const isOfStudy =
          one === flipped && where.startsWith(`/studies/${ids.study}`) && !where.includes('/instances/')
        const refused = `urn:filmroom:problem:blob-${one === missing ? 'missing' : 'damaged'}`
        // Of a study the others are given.
        const given = where.endsWith('/thumbnail') ? 200 : 206
        t.equal(await answerOf(server, where, accept), isOfStudy ? given : refused, `${where} ${accept}`)
      }
  })

  t.test('metadata and search go on, and others are served', async t => {
    for (const one of [flipped, missing])
      t.equal((await askWhole(`${server.url}${pathOf(one)}/metadata`)).status, 200)
    t.equal((await search(`${server.url}/instances`)).length, 3)
    await isWhole(t, server, whole)
  })

  t.test('stored again it is served again, as nothing had been; a series is 206 until then', async t => {
    const where = `${server.url}/studies/${ids.study}/series/${ids.series}`
    const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
    const partly = await askWhole(where, { headers: { accept } })
    t.equal(partly.status, 206)
    t.match(partly.headers['warning'], /^299 .*damaged/)
    t.ok(partly.bytes.includes(whole.bytes) && !partly.bytes.includes(flipped.SOPInstanceUID))
    t.equal((await store(server.url, [flipped.bytes])).status, 200)
    const again = await askWhole(where, { headers: { accept } })
    t.equal(again.status, 200)
    t.ok(again.bytes.includes(whole.bytes) && again.bytes.includes(flipped.bytes))
    t.not(again.headers['etag'], partly.headers['etag'])
    for (const [where, accept] of readers(flipped))
      t.equal(await answerOf(server, where, accept), 200, `${where} ${accept}`)
  })

  t.test('the table names what is left', async t => {
    const { status, output } = await runFilmroom(server.dataFolder, [
      'verify',
      '--no-sha256',
      '--report-only',
    ])
    t.equal(status, 1)
    const uids = `${missing.StudyInstanceUID} ${missing.SeriesInstanceUID} ${missing.SOPInstanceUID}`
    t.match(
      output,
      new RegExp(`^missing\\t[0-9a-f]{2}/[0-9a-v]{26}\\.dcm\\t${uids}\\tits blob is gone$`, 'm'),
    )
    t.match(output, /^something is wrong /m)
  })
})

t.test('the command line is checked', async t => {
  const folder = temporaryFolder(t)
  for (const [args, message] of [
    [['--rate', '0'], '--rate: expected more than 0'],
    [['--orphan-age', '1y'], '--orphan-age: expected a time'],
    [['--all'], "Unknown option '--all'"],
  ] as const) {
    const { status, errors } = await runFilmroom(folder, ['verify', ...args])
    t.equal(status, 2)
    t.ok(errors.includes(message), errors)
  }
})
