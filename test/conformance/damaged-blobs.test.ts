import { randomBytes } from 'node:crypto'
import { readdirSync, statSync, truncateSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import {
  ctImage,
  DEFLATED_LE,
  el,
  EXPLICIT_LE,
  IMPLICIT_LE,
  newUid,
  type MadeInstance,
} from '../made-dicom.js'
import { askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { startServer, type RunningServer } from '../server.js'
import { pathOf } from './paths.js'

/** The file of an instance that has just been stored alone: the youngest. */
function blobOf(server: RunningServer, sizeBytes: number): string {
  const root = path.join(server.dataFolder, 'data', 'blobs')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.dcm'))
    .map(name => path.join(root, name))
  const [found, ...others] = files.filter(file => statSync(file).size === sizeBytes)
  if (found === undefined || others.length > 0) throw new Error('not exactly one blob of that size')
  return found
}

/** 0 where the connection was cut before the answer’s end. */
async function statusOf(url: string, accept: string): Promise<number> {
  return askWhole(url, { headers: { accept } }).then(
    ({ status }) => status,
    () => 0,
  )
}

t.test('PS3.18 8.5 what was stored and is damaged now is never answered as if it were whole', async t => {
  const server = await startServer(t)
  const { url } = server
  let rows = 600
  const stored = async (
    transferSyntax: string,
    options: Parameters<typeof ctImage>[0] = {},
  ): Promise<MadeInstance> => {
    rows += 10
    const image = ctImage({
      rows,
      columns: 700,
      frames: 3,
      pixels: randomBytes(rows * 700 * 2 * 3),
      transferSyntax,
      ...options,
    })
    t.equal((await store(url, [image.bytes])).status, 200)
    return image
  }
  const requests = (image: MadeInstance): (readonly [where: string, accept: string])[] => [
    [pathOf(image), STORED_SYNTAX],
    [pathOf(image), 'multipart/related; type="application/dicom"; transfer-syntax=*'],
    [pathOf(image), 'application/dicom'],
    [pathOf(image), '*/*'],
    [`/studies/${image.StudyInstanceUID}`, '*/*'],
    [`${pathOf(image)}/frames/3`, 'application/octet-stream'],
    [`${pathOf(image)}/frames/3`, '*/*'],
    [`${pathOf(image)}/frames/3,2`, '*/*'],
    [`${pathOf(image)}/bulkdata/7FE00010`, '*/*'],
    [`${pathOf(image)}/bulkdata/7FE00010`, 'multipart/related; type="application/octet-stream"'],
  ]

  for (const [name, transferSyntax] of [
    ['Explicit VR Little Endian', EXPLICIT_LE],
    ['Implicit VR Little Endian', IMPLICIT_LE],
    ['Deflated', DEFLATED_LE],
  ] as const) {
    t.test(`${name}: a file that is gone is answered 500 before the first byte`, async t => {
      const image = await stored(transferSyntax)
      unlinkSync(blobOf(server, image.bytes.length))
      for (const [where, accept] of requests(image)) {
        const { status, bytes } = await askWhole(url + where, { headers: { accept } })
        t.equal(status, 500, `${where} ${accept}`)
        t.match(JSON.parse(bytes.toString()), { type: 'urn:filmroom:problem:blob-missing' })
      }
    })

    t.test(`${name}: a file that is cut short is answered 500 or the connection is cut`, async t => {
      const image = await stored(transferSyntax)
      truncateSync(blobOf(server, image.bytes.length), image.bytes.length - 500_000)
      for (const [where, accept] of requests(image)) {
        const status = await statusOf(url + where, accept)
        t.ok(status === 500 || status === 0, `${where} ${accept}: ${status}`)
      }
    })
  }

  t.test('a study whose second instance is gone is cut after the first, never ended politely', async t => {
    const ids = { study: newUid(), series: newUid() }
    await stored(EXPLICIT_LE, { ...ids, with: [el('00200013', 'IS', '1')] })
    const second = await stored(EXPLICIT_LE, { ...ids, with: [el('00200013', 'IS', '2')] })
    unlinkSync(blobOf(server, second.bytes.length))
    t.equal(await statusOf(`${url}/studies/${ids.study}`, '*/*'), 0)
  })

  t.test('metadata and search need no file, and others are served meanwhile', async t => {
    const image = await stored(EXPLICIT_LE)
    unlinkSync(blobOf(server, image.bytes.length))
    t.equal(await statusOf(`${url}${pathOf(image)}/metadata`, '*/*'), 200)
    t.equal(await statusOf(`${url}/studies?StudyInstanceUID=${image.StudyInstanceUID}`, '*/*'), 200)
    const other = await stored(EXPLICIT_LE)
    const { bytes } = await askWhole(url + pathOf(other), { headers: { accept: STORED_SYNTAX } })
    t.ok(bytes.equals(other.bytes))
  })
})
