import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import t from 'tap'
import { askJson, askWhole, readStoreAnswer, type JsonObject } from '../dicomweb-client.js'
import { el } from '../made-dicom.js'
import { startServer } from '../server.js'
import { fileOf, hexOf, instance, sendMetadata, uidsOf } from './metadata-instances.js'
import { metadataRequest } from './metadata-request.js'

const [C000, A700, C122] = [0xc000, 0xa700, 0xc122]

t.test('PS3.18 10.5.1 Store of metadata and bulk data: bad input', async t => {
  const server = await startServer(t)
  const { url } = server

  t.test('one bad instance among good ones fails alone, with its UIDs and the cause', async t => {
    const [good, bad, noUids] = [
      instance({}),
      instance({ '00280010': { vr: 'US', Value: {} } }),
      instance({}),
    ]
    const { '0020000E': _series, ...without } = noUids.json as JsonObject
    const answer = await sendMetadata(url, [
      good.json,
      bad.json,
      without,
      { ...instance({}).json, '00080018': {} },
    ])
    t.equal(answer.status, 202)
    t.same(answer.stored, [good.SOPInstanceUID])
    t.same(answer.failed, [C000, C000, C000])
    const failed = (answer.json as JsonObject)['00081198']?.Value as readonly JsonObject[]
    t.same(
      failed.map(item => item['00081155']?.Value?.[0]),
      [bad.SOPInstanceUID, noUids.SOPInstanceUID],
    )
    t.match(failed[0]?.['00000902']?.Value?.[0], /\(0028,0010\)/)
  })

  t.test('a BulkDataURI that points elsewhere is never fetched, and its instance fails', async t => {
    let asked = 0
    const elsewhere = http.createServer((_request, response) => {
      asked++
      response.end('secret')
    })
    elsewhere.listen(0, '127.0.0.1')
    await once(elsewhere, 'listening')
    const { port } = elsewhere.address() as { port: number }
    for (const uri of [
      `http://127.0.0.1:${port}/x`,
      'file:///etc/passwd',
      '/etc/passwd',
      '',
      '../..',
      'cid:a',
    ]) {
      const one = instance({ '7FE00010': { vr: 'OW', BulkDataURI: uri } })
      t.match(await sendMetadata(url, [one.json]), { status: 409, failed: [C000] }, uri)
    }
    t.equal(asked, 0)
    elsewhere.close()
  })

  t.test('a bulk part that no metadata names, or without a name, is told of', async t => {
    const one = instance({})
    const bytes = Buffer.from([1])
    const answer = await sendMetadata(url, [one.json], [{ location: 'nobody', bytes }, { bytes }])
    t.match(answer, { status: 202, stored: [one.SOPInstanceUID], failed: [C000, C000] })
  })

  t.test('what is of no media type of pixels fails with C122H, what is no codestream with C000H', async t => {
    for (const [type, reason] of [
      ['image/png', C000],
      ['image/gif', C000],
      ['text/html', C122],
      ['image/jpeg', C000],
      ['image/jls', C000],
      ['image/jp2', C000],
      ['image/jxl', C000],
      ['image/dicom-rle', C000],
      ['application/octet-stream; transfer-syntax=1.2.840.10008.1.2.2', C122],
    ] as const) {
      const one = instance({ '7FE00010': { vr: 'OB', BulkDataURI: 'p' } })
      const answer = await sendMetadata(
        url,
        [one.json],
        [{ location: 'p', type, bytes: Buffer.from('no picture at all') }],
      )
      t.match(answer, { status: 409, failed: [reason] }, type)
    }
  })

  t.test('what is no JSON array of objects is 400, whole, and stores nothing', async t => {
    const good = instance({})
    for (const text of [
      '',
      'null',
      '5',
      '"text"',
      '[1]',
      '[null]',
      `[${JSON.stringify(good.json)},]`,
      `[${JSON.stringify(good.json)}`,
      `[${JSON.stringify(good.json)}] 1`,
      `[${JSON.stringify(good.json)} ${JSON.stringify(good.json)}]`,
      `[${JSON.stringify(good.json)},{"00100010":}]`,
      `[${JSON.stringify(good.json)},{"00100010":[}]]`,
      '{"a":"\u0001"}',
      '[]',
    ]) {
      t.equal((await sendMetadata(url, text)).status, 400, text.slice(0, 30))
    }
    const latin1 = Buffer.from('[{"00100020":{"vr":"LO","Value":["é"]}}]', 'latin1')
    const request = metadataRequest('json', [latin1])
    t.equal((await askWhole(`${url}/studies`, { method: 'POST', ...request })).status, 400, 'not UTF-8')
    await t.rejects(fileOf(url, good), 'nothing of it is stored')
    t.equal(
      (await askWhole(`${url}/studies`, { method: 'POST', ...metadataRequest('json', []) })).status,
      400,
    )
  })

  t.test('an envelope that breaks after the metadata is 400, and stores nothing', async t => {
    const one = instance({ '7FE00010': { vr: 'OW', BulkDataURI: 'p' } })
    const { headers, body } = metadataRequest(
      'json',
      [JSON.stringify([one.json])],
      [{ location: 'p', bytes: Buffer.alloc(1000) }],
    )
    const { status } = await askWhole(`${url}/studies`, {
      method: 'POST',
      headers,
      body: body.subarray(0, -300),
    })
    t.equal(status, 400)
    await t.rejects(fileOf(url, one))
  })

  t.test('JSON bombs end in a failure that names the cause, in linear time', async t => {
    const one = instance({})
    const inside = JSON.stringify(one.json).slice(0, -1)
    const deep = 2_000_000
    for (const [name, text, status, reason] of [
      ['depth', `[{"a":${'['.repeat(deep)}${']'.repeat(deep)}}]`, 409, C000],
      ['sequences in sequences', `[${inside},${nested(100)}}]`, 409, C000],
      ['a name twice', `[${inside},"00100020":{"vr":"LO"},"00100020":{"vr":"LO"}}]`, 409, C000],
      ['a name twice, inside', `[${inside},"00100020":{"vr":"LO","vr":"PN"}}]`, 409, C000],
      ['prototype names', `[${inside},"__proto__":{"vr":"LO"}}]`, 409, C000],
      ['prototype names', `[${inside},"constructor":{"prototype":{"vr":"LO"}}}]`, 409, C000],
      ['containers', `[${inside},"00091001":{"vr":"LO","Value":[${'[],'.repeat(4_100_000)}[]]}}]`, 413, A700],
    ] as const) {
      t.match(await sendMetadata(url, text), { status, failed: [reason] }, name)
    }
    t.equal((await sendMetadata(url, [instance({}).json])).status, 200, 'and the next request is served')
  })

  t.test('10,000 bulk parts', async t => {
    const count = 10_000
    const items = Array.from({ length: count }, (_, n) => ({
      '00091001': { vr: 'OB', BulkDataURI: `b/${n}` },
    }))
    const one = instance({ '00081140': { vr: 'SQ', Value: items } })
    const bulk = Array.from({ length: count }, (_, n) => ({
      location: `b/${n}`,
      bytes: Buffer.from([n & 255, n >> 8]),
    }))
    t.match(await sendMetadata(url, [one.json], bulk), { status: 200, stored: [one.SOPInstanceUID] })
    t.equal(
      (await fileOf(url, one)).body,
      hexOf(
        ...uidsOf(one),
        el(
          '00081140',
          'SQ',
          bulk.map(({ bytes }) => [el('00091001', 'OB', bytes)]),
          true,
        ),
      ),
    )
  })

  t.test('nothing stays in the spool', t => {
    t.same(readdirSync(path.join(server.dataFolder, 'data', 'spool')), [])
    t.end()
  })
})

t.test('a bulk part beyond FILMROOM_MAX_INSTANCE_BYTES fails its instance with A700H', async t => {
  const { url } = await startServer(t, { FILMROOM_MAX_INSTANCE_BYTES: '1MiB' })
  const [large, small] = [
    instance({ '7FE00010': { vr: 'OW', BulkDataURI: 'large' } }),
    instance({ '7FE00010': { vr: 'OW', BulkDataURI: 'small' } }),
  ]
  const bulk = [
    { location: 'large', bytes: Buffer.alloc((1 << 20) + 1) },
    { location: 'small', bytes: Buffer.alloc(1 << 19) },
  ]
  const request = metadataRequest('json', [JSON.stringify([large.json, small.json])], bulk)
  const { status, json } = await askJson(`${url}/studies`, { method: 'POST', ...request })
  t.equal(status, 202)
  t.same(readStoreAnswer(json), { stored: [small.SOPInstanceUID], failed: [A700] })
})

function nested(levels: number): string {
  const open = '"00081140":{"vr":"SQ","Value":[{'
  return open.repeat(levels) + '}]}'.repeat(levels)
}
