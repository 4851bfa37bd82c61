import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { ctImage, el } from '../made-dicom.js'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { askJson, askWhole, instancePath, search, store, type JsonObject } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { exchange } from '../suites/hostile/raw-socket.js'
import { pathOf } from './paths.js'

/** A value that nothing else can hold. */
function mark(prefix: string): string {
  return `${prefix}${randomBytes(4).toString('hex')}`
}

t.test(
  'the log holds no patient data, whatever is stored, searched and asked (dicomweb.md, issue 3)',
  async t => {
    const server = await startServer(t, { FILMROOM_LOG_LEVEL: 'trace', FILMROOM_MAX_INSTANCE_BYTES: '1MiB' })
    const { url } = server
    const values = {
      PatientName: mark('Doe'),
      PatientID: mark('id'),
      AccessionNumber: mark('acc'),
      StudyDescription: mark('description'),
      ReferringPhysicianName: mark('Referrer'),
      InstitutionName: mark('institution'),
      comments: mark('comment'),
      private: mark('private'),
      station: mark('AE').slice(0, 16),
    }
    const elements = [
      el('00080050', 'SH', values.AccessionNumber),
      el('00080054', 'AE', values.station),
      el('00080080', 'LO', values.InstitutionName),
      el('00080090', 'PN', values.ReferringPhysicianName),
      el('00081030', 'LO', values.StudyDescription),
      el('00090010', 'LO', values.private),
      el('00100010', 'PN', values.PatientName),
      el('00100020', 'LO', values.PatientID),
      el('00104000', 'LT', values.comments),
    ]
    const image = ctImage({ with: elements })
    const { SOPInstanceUID: instance } = image

    await t.test('stored, refused and broken instances', async t => {
      t.equal((await store(url, [image.bytes])).status, 200)
      t.equal((await store(url, [ctImage({ instance, with: elements }).bytes])).status, 409)
      t.equal((await store(url, [image.bytes.subarray(0, -10)])).status, 409)
      t.equal((await store(url, [ctImage({ rows: 1024, columns: 1024, with: elements }).bytes])).status, 413)
      t.equal(
        (await store(url, [ctImage({ with: [...elements, el('00080018', 'UI', 'x')] }).bytes])).status,
        409,
      )
      t.equal((await store(url, [Buffer.from(values.PatientName.repeat(50))])).status, 409)
      const cut = await askWhole(`${url}/studies`, {
        method: 'POST',
        headers: { 'content-type': `multipart/related; boundary=${values.PatientID}` },
        body: image.bytes,
      })
      t.equal(cut.status, 400)
    })

    await t.test('searched values, in every form and as faults', async t => {
      for (const [name, value] of Object.entries(values)) {
        const encoded = encodeURIComponent(value)
        for (const query of [
          `${name}=${encoded}`,
          `PatientName=*${encoded}*`,
          `${encoded}=1`,
          `limit=${encoded}`,
          `StudyDate=${encoded}`,
          `includefield=${encoded}`,
          `PatientName=%ff${encoded}`,
          `accept=${encoded}`,
        ])
          for (const resource of ['/studies', '/instances']) await askWhole(`${url}${resource}?${query}`)
      }
      t.equal((await search(`${url}/studies?PatientName=${values.PatientName}`)).length, 1)
    })

    await t.test('retrieved resources, wrong paths, headers and what is no HTTP', async t => {
      const at = pathOf(image)
      for (const where of ['', '/metadata', '/frames/1', '/frames/2', '/bulkdata/7FE00010', '/rendered'])
        for (const method of ['GET', 'HEAD', 'PATCH']) await askWhole(url + at + where, { method })
      const name = values.PatientName
      for (const where of [
        `/${name}`,
        `/studies/${name}`,
        `/studies/1.2/series/${name}`,
        `${at}/frames/${name}`,
        `/studies/%zz${name}`,
      ])
        for (const method of ['GET', 'POST']) await askWhole(`${url}${where}?PatientName=${name}`, { method })
      await askWhole(`${url}/studies`, {
        headers: {
          accept: `text/${name}`,
          referer: `http://a/?${name}`,
          cookie: name,
          'user-agent': name,
          origin: name,
        },
      })
      await exchange(server.port, `${name}\r\n\r\n`)
      await exchange(server.port, `GET /${name} HTTP/1.1\r\nHost: ${name}\r\n${name}\r\n\r\n`)
      t.equal((await askJson(`${url}${at}/metadata`)).status, 200)
      t.equal((await askWhole(url + at, { method: 'DELETE' })).status, 204)
    })

    await t.test('none of it is in what the server wrote, nor a UID', async t => {
      await server.stop()
      t.ok(server.log.length > 100, 'it did write')
      for (const line of server.log.slice(1, -1))
        if (!line.startsWith('Filmroom listens')) t.doesNotThrow(() => void JSON.parse(line), 'JSON lines')
      const text = server.log.join('\n')
      const { StudyInstanceUID, SeriesInstanceUID } = image
      for (const value of [...Object.values(values), StudyInstanceUID, SeriesInstanceUID, instance])
        t.notOk(text.includes(value), value)
      t.notMatch(text, /[?&](PatientName|PatientID|limit)=/, 'no query string')
    })
  },
)

t.test('the corpus’s names and ids are not in the log', { skip: withoutCorpus() }, async t => {
  const server = await startServer(t, { FILMROOM_LOG_LEVEL: 'trace' })
  const files = corpusFiles().filter((file, n) => n % 12 === 0 && Number(file.columns['bytes']) < 200_000)
  for (const file of files) await store(server.url, [readFileSync(file.file)])
  const values = new Set<string>()
  for (const row of await search(`${server.url}/instances`)) {
    const { json } = await askJson(`${server.url}${instancePath(row)}/metadata`)
    collect((json as JsonObject[])[0]!, values)
  }
  for (const value of values) await askWhole(`${server.url}/studies?PatientName=${encodeURIComponent(value)}`)
  await server.stop()
  t.ok(values.size > 50, `${values.size} names and ids`)
  const text = server.log.join('\n')
  t.same(
    [...values].filter(value => text.includes(value)),
    [],
  )
})

/** Names and identifiers that are long enough not to be found by chance. */
function collect(dataset: JsonObject, values: Set<string>): void {
  for (const [tag, element] of Object.entries(dataset)) {
    for (const value of element?.Value ?? []) {
      const texts =
        element?.vr === 'PN'
          ? Object.values(value as Record<string, string>)
          : tag === '00100020'
            ? [value]
            : []
      for (const text of texts) if (typeof text === 'string' && text.length >= 5) values.add(text)
      if (element?.vr === 'SQ') collect(value as JsonObject, values)
    }
  }
}
