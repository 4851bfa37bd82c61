/** The whole program over S3. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Test } from 'tap'
import { askWhole, store, STORED_SYNTAX } from '../../dicomweb-client.js'
import { pathOf } from '../../large-instance.js'
import { ctImage } from '../../made-dicom.js'
import { until } from '../../blobs/kept.js'
import { startServer, temporaryFolder } from '../../server.js'
import { runFilmroom } from '../../cli/run-filmroom.js'
import type { S3Server } from '../../s3-server.js'
import { newBucket, urlOf, withClient } from './stores.js'

export function program(t: Test, server: S3Server): void {
  t.test('stores, gives back byte for byte, reads a frame by its range, and purges for good', async t => {
    const bucket = await newBucket(server)
    const environment = {
      FILMROOM_BLOBS: urlOf(server, bucket, { prefix: 'archive' }),
      ...server.credentials,
    }
    const filmroom = await startServer(t, environment)
    const image = ctImage({ frames: 3 })
    t.equal((await store(filmroom.url, [image.bytes])).status, 200)
    const path = filmroom.url + pathOf(image)
    const whole = await askWhole(path, { headers: { accept: STORED_SYNTAX } })
    t.equal(whole.status, 200)
    t.ok(whole.bytes.equals(image.bytes), 'the very bytes')
    const second = await askWhole(`${path}/frames/2`, { headers: { accept: 'application/octet-stream' } })
    t.ok(
      second.bytes.equals(Buffer.from(image.pixels as Uint8Array).subarray(128, 256)),
      'one frame of three',
    )
    t.equal((await objects(server, bucket)).filter(key => key.endsWith('.dcm')).length, 1)
    t.equal((await fetch(path, { method: 'DELETE' })).status, 204)
    t.equal((await askWhole(path, { headers: { accept: STORED_SYNTAX } })).status, 404)
    const { status, output } = await runFilmroom(filmroom.dataFolder, ['purge'], {
      ...environment,
      FILMROOM_DELETE_GRACE: '0s',
    })
    t.equal(status, 0, output)
    t.strictSame(await objects(server, bucket), [], 'nothing is left in the bucket')
    t.equal(await filmroom.stop(), 0)
  })

  t.test('is unavailable while the gateway is away, and goes on by itself', async t => {
    const filmroom = await startServer(t, {
      FILMROOM_BLOBS: urlOf(server, await newBucket(server)),
      ...server.credentials,
    })
    const image = ctImage()
    t.equal((await store(filmroom.url, [image.bytes])).status, 200)
    const path = filmroom.url + pathOf(image)
    await server.killGateway()
    const { status, headers } = await askWhole(path, { headers: { accept: STORED_SYNTAX } })
    t.equal(status, 503)
    t.ok(Number(headers['retry-after']) > 0)
    await server.startGateway()
    t.equal((await askWhole(path, { headers: { accept: STORED_SYNTAX } })).status, 200)
  })

  t.test('serves from its cache of blobs what was read, and nothing that is deleted', async t => {
    const bucket = await newBucket(server)
    const environment = {
      FILMROOM_BLOBS: urlOf(server, bucket),
      FILMROOM_BLOB_CACHE: '100MiB',
      ...server.credentials,
    }
    const filmroom = await startServer(t, environment)
    const cached = (): string[] => readdirSync(join(filmroom.dataFolder, 'data', 'blob-cache'))
    const [read, lost] = [ctImage({ frames: 3 }), ctImage()]
    t.equal((await store(filmroom.url, [read.bytes, lost.bytes])).status, 200)
    t.strictSame(cached(), [], 'what is stored is not kept yet')
    const whole = { headers: { accept: STORED_SYNTAX } }
    for (const image of [read, lost])
      t.ok((await askWhole(filmroom.url + pathOf(image), whole)).bytes.equals(image.bytes))
    await until(() => cached().filter(name => !name.endsWith('.part')).length === 2)
    await server.killGateway()
    const frame = `${filmroom.url}${pathOf(read)}/frames/2`
    t.ok(
      (await askWhole(frame, { headers: { accept: 'application/octet-stream' } })).bytes.equals(
        Buffer.from(read.pixels as Uint8Array).subarray(128, 256),
      ),
      'S3 is not asked again',
    )
    await server.startGateway()

    const environmentOfCommand = { ...environment, FILMROOM_DELETE_GRACE: '0s' }
    t.equal((await fetch(filmroom.url + pathOf(read), { method: 'DELETE' })).status, 204)
    t.equal((await askWhole(filmroom.url + pathOf(read), whole)).status, 404, 'the index comes first')
    t.equal((await runFilmroom(filmroom.dataFolder, ['purge'], environmentOfCommand)).status, 0)
    t.equal(cached().length, 1, 'a purge takes it out of the cache too')

    for (const Key of (await objects(server, bucket)).filter(key => key.endsWith('.dcm')))
      await withClient(server, client => client.send(new DeleteObjectCommand({ Bucket: bucket, Key })))
    const { status, output } = await runFilmroom(filmroom.dataFolder, ['verify'], environment)
    t.not(status, 0, `what is only in the cache is not stored: ${output}`)
    t.equal(await filmroom.stop(), 0)
  })

  t.test('refuses to start without its bucket, with a wrong secret, with none, and says so', async t => {
    const bucket = await newBucket(server)
    const there = urlOf(server, bucket)
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = server.credentials
    const refusals = [
      [urlOf(server, 'no-such-bucket'), server.credentials, /there is no bucket no-such-bucket at/],
      [
        there,
        { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'wrong' },
        /refuses these credentials .*SignatureDoesNotMatch/,
      ],
      [
        there,
        { AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY },
        /refuses these credentials .*InvalidAccessKeyId/,
      ],
      [there, { AWS_EC2_METADATA_DISABLED: 'true' }, /there are no credentials for S3/],
    ] as const
    for (const [FILMROOM_BLOBS, credentials, message] of refusals)
      await t.rejects(startServer(t, { FILMROOM_BLOBS, ...credentials }), { message })
    await t.rejects(startServer(t, { FILMROOM_BLOBS: `${there}&colour=red`, ...server.credentials }), {
      message: /FILMROOM_BLOBS: unknown parameter colour/,
    })
    const { status, errors } = await runFilmroom(temporaryFolder(t), ['purge'], {
      FILMROOM_BLOBS: urlOf(server, 'no-such-bucket'),
      ...server.credentials,
    })
    t.not(status, 0)
    t.match(errors, 'there is no bucket no-such-bucket')
  })
  t.end()
}

async function objects(server: S3Server, bucket: string): Promise<string[]> {
  const { Contents } = await withClient(server, client =>
    client.send(new ListObjectsV2Command({ Bucket: bucket })),
  )
  return (Contents ?? []).map(({ Key }) => Key ?? '')
}
