import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { ctImage, type MadeInstance } from '../made-dicom.js'
import { askJson, askWhole, store, storeRequest, textOf, type JsonObject } from '../dicomweb-client.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { pathOf } from './paths.js'

/** Every URL that any answer about the instance holds, each without what the instance alone decides. */
async function urlsIn(
  server: RunningServer,
  image: MadeInstance,
  headers: Record<string, string>,
): Promise<Set<string>> {
  const found: (string | undefined)[] = []
  const request = storeRequest([image.bytes])
  const again = await askJson(`${server.url}/studies`, {
    method: 'POST',
    headers: { ...request.headers, ...headers },
    body: request.body,
  })
  found.push(textOf(again.json as JsonObject, '00081190'))
  const study = `/studies/${image.StudyInstanceUID}`
  const series = `${study}/series/${image.SeriesInstanceUID}`
  for (const where of ['/studies', `${study}/series`, `${series}/instances`]) {
    const rows = (
      await askJson(`${server.url}${where}?StudyInstanceUID=${image.StudyInstanceUID}`, { headers })
    ).json as JsonObject[]
    for (const row of rows) found.push(textOf(row, '00081190'))
  }
  for (const where of [study, series, pathOf(image)]) {
    for (const encoding of ['identity', 'gzip']) {
      const answer = await askWhole(`${server.url}${where}/metadata`, {
        headers: { ...headers, 'accept-encoding': encoding },
      })
      const text = encoding === 'gzip' ? gunzipSync(answer.bytes) : answer.bytes
      for (const dataset of JSON.parse(text.toString()) as Record<string, { BulkDataURI?: string }>[])
        found.push(dataset['7FE00010']!.BulkDataURI)
    }
  }
  for (const where of [`${pathOf(image)}/frames/1`, `${pathOf(image)}/bulkdata/7FE00010`]) {
    const answer = await askWhole(server.url + where, {
      headers: { ...headers, accept: 'application/octet-stream' },
    })
    found.push(answer.headers['content-location'])
  }
  const warned = await askWhole(`${server.url}/studies?NoSuchKeyword=1`, { headers })
  found.push(/^299 (\S+): /.exec(warned.headers.warning ?? '')?.[1])
  const parts = await askWhole(server.url + study, { headers })
  found.push(/Content-Location: (\S+)/.exec(parts.bytes.toString('latin1'))?.[1])
  return new Set(found.map(url => (url ?? 'missing').replace(/\/studies\/.*$/, '')))
}

async function expectBase(
  t: Test,
  server: RunningServer,
  image: MadeInstance,
  headers: Record<string, string>,
  base: string,
  name: string,
): Promise<void> {
  t.same([...(await urlsIn(server, image, headers))], [base], name)
}

const PROXY = {
  host: 'inner:8080',
  'x-forwarded-host': 'pacs.example.org',
  'x-forwarded-proto': 'https',
}

t.test('trap 18: URLs in answers are absolute and those of the request’s host', async t => {
  const server = await startServer(t)
  const image = ctImage()
  await store(server.url, [image.bytes])
  await expectBase(t, server, image, {}, server.url, 'of the connection')
  await expectBase(
    t,
    server,
    image,
    { host: 'film.example:8042' },
    'http://film.example:8042/dicomweb',
    'Host',
  )
  await expectBase(t, server, image, PROXY, 'http://inner:8080/dicomweb', 'nobody is trusted')
  const forwarded = { host: 'inner:8080', forwarded: 'host=pacs.example.org;proto=https' }
  await expectBase(t, server, image, forwarded, 'http://inner:8080/dicomweb', 'nobody is trusted, RFC 7239')
  await expectBase(t, server, image, { host: 'evil"><x' }, 'http://localhost/dicomweb', 'a Host that is none')
})

t.test('FILMROOM_PUBLIC_URL is the origin of every URL, and changing it needs no re-ingest', async t => {
  const dataFolder = temporaryFolder(t)
  const image = ctImage()
  const start = (publicUrl: string): Promise<RunningServer> =>
    startServer(t, { FILMROOM_PUBLIC_URL: publicUrl, FILMROOM_TRUST_PROXY: 'loopback' }, { dataFolder })
  const first = await start('https://first.example')
  await store(first.url, [image.bytes])
  for (const round of [1, 2])
    await expectBase(t, first, image, PROXY, 'https://first.example/dicomweb', `round ${round}`)
  await first.stop()
  const second = await start('https://second.example:8443')
  for (const round of [1, 2])
    await expectBase(t, second, image, PROXY, 'https://second.example:8443/dicomweb', `round ${round}`)
})

t.test('a trusted proxy says the origin', async t => {
  const server = await startServer(t, {
    FILMROOM_TRUST_PROXY: 'loopback',
    FILMROOM_BASE_PATH: '/pacs/dicom-web',
  })
  const image = ctImage()
  await store(server.url, [image.bytes])
  const here = '/pacs/dicom-web'
  for (const [headers, base, name] of [
    [PROXY, `https://pacs.example.org${here}`, 'X-Forwarded-Host and -Proto'],
    [
      { ...PROXY, forwarded: 'for=10.0.0.1;host=front.example;proto=https' },
      `https://front.example${here}`,
      'Forwarded before X-Forwarded-*',
    ],
    [{ ...PROXY, 'x-forwarded-port': '8443' }, `https://pacs.example.org:8443${here}`, 'X-Forwarded-Port'],
    [{ ...PROXY, 'x-forwarded-prefix': '/film' }, 'https://pacs.example.org/film', 'X-Forwarded-Prefix'],
    [
      { host: 'pacs.example.org', 'x-forwarded-proto': 'https' },
      `https://pacs.example.org${here}`,
      'trap 18: X-Forwarded-Proto alone, the Host passed on',
    ],
    [
      { host: 'pacs.example.org', forwarded: 'proto=https' },
      `https://pacs.example.org${here}`,
      'trap 18: Forwarded with proto alone',
    ],
    [{ host: 'direct.example:81' }, `http://direct.example:81${here}`, 'nothing forwarded'],
  ] as const)
    await expectBase(t, server, image, headers, base, name)
})
