import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { ask, askJson, askWhole, store } from '../dicomweb-client.js'
import { ctImage, el, IMPLICIT_LE, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { NATIVE_SYNTAXES, nativeInstances } from './native-instances.js'
import { pathOf } from './paths.js'

const ZIP = 'application/zip'
const AS_STORED = `${ZIP}; transfer-syntax=*`

/** What Python's zipfile reads, CRC checked: SHA-256 by name */
const READ = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps({i.filename: hashlib.sha256(z.read(i)).hexdigest() for i in z.infolist()}))
`

function withoutPython(): string | false {
  try {
    execFileSync('/usr/bin/python3', ['-c', '0'], { stdio: 'ignore' })
    return false
  } catch {
    if (process.env['CI'] === 'true') throw new Error('no Python: in CI this test may not be skipped')
    return 'no Python'
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

t.test('PS3.18 8.6.1.3 application/zip', { skip: withoutPython() }, async t => {
  const server = await startServer(t)
  const { url } = server
  const folder = temporaryFolder(t)

  const read = (bytes: Buffer): Record<string, string> => {
    const file = path.join(folder, 'a.zip')
    writeFileSync(file, bytes)
    return JSON.parse(execFileSync('/usr/bin/python3', ['-c', READ, file], { encoding: 'utf8' })) as Record<
      string,
      string
    >
  }
  const archive = async (
    t: Test,
    where: string,
    accept: string,
    status = 200,
  ): Promise<Record<string, string>> => {
    const answer = await askWhole(where, { headers: { accept } })
    t.equal(answer.status, status, where)
    t.equal(answer.headers['content-type'], ZIP)
    return read(answer.bytes)
  }
  const stored = async (...images: MadeInstance[]): Promise<void> => {
    t.equal(
      (
        await store(
          url,
          images.map(({ bytes }) => bytes),
        )
      ).status,
      200,
    )
  }
  const labels = (description: string): ReturnType<typeof el>[] => [
    el('00080020', 'DA', '20240131'),
    el('00081030', 'LO', description),
    el('0008103E', 'LO', 'nativ, 1 mm'),
    el('00200011', 'IS', '7'),
    el('00100010', 'PN', 'Secret^Patient'),
  ]

  t.test(
    'a study, a series and an instance: named after study and series, never after the patient',
    async t => {
      const study = newUid()
      const images = [newUid(), newUid()].flatMap(series =>
        [1, 2].map(() => ctImage({ study, series, with: labels('Thorax/Abdomen') })),
      )
      await stored(...images)
      const folder = '20240131 Thorax_Abdomen/7 CT nativ, 1 mm'
      const expected = (some: readonly MadeInstance[]): Record<string, string> =>
        Object.fromEntries(
          some.map(({ SOPInstanceUID, bytes }) => [`${folder}/${SOPInstanceUID}.dcm`, sha256(bytes)]),
        )
      const [image = images[0]!] = images
      t.same(await archive(t, `${url}/studies/${study}`, AS_STORED), expected(images))
      t.same(
        await archive(t, `${url}/studies/${study}/series/${image.SeriesInstanceUID}`, AS_STORED),
        expected(images.slice(0, 2)),
      )
      t.same(await archive(t, `${url}${pathOf(image)}`, AS_STORED), expected([image]))
      const { headers, bytes } = await askWhole(`${url}/studies/${study}`, { headers: { accept: ZIP } })
      t.equal(headers['content-disposition'], `attachment; filename="${study}.zip"`)
      t.notOk(bytes.subarray(bytes.lastIndexOf('PK\x01\x02')).includes('Secret'))
    },
  )

  t.test(
    'without transfer-syntax native instances come as Explicit VR Little Endian, with * as stored',
    async t => {
      const natives = nativeInstances()
      await stored(...natives.map(({ instance }) => instance))
      t.equal(natives.length >= NATIVE_SYNTAXES.length, true)
      for (const { name, instance, asExplicitLittleEndian } of natives) {
        t.same(
          Object.values(await archive(t, url + pathOf(instance), AS_STORED)),
          [sha256(instance.bytes)],
          name,
        )
        const answer = await askWhole(url + pathOf(instance), { headers: { accept: 'application/dicom' } })
        const [made] = Object.values(await archive(t, url + pathOf(instance), ZIP))
        t.equal(made, sha256(answer.bytes), `${name}: as application/dicom has it`)
        t.ok(asExplicitLittleEndian.length > 0)
      }
    },
  )

  t.test('8.7.8 206 with those that can be given, 406 where none can', async t => {
    const study = newUid()
    const native = ctImage({ study, transferSyntax: IMPLICIT_LE })
    const compressed = ctImage({
      study,
      transferSyntax: '1.2.840.10008.1.2.4.100',
      pixels: { fragments: [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)] },
    })
    await stored(native, compressed)
    const asked = `${ZIP}; transfer-syntax=1.2.840.10008.1.2.1`
    const { status, headers, bytes } = await askWhole(`${url}/studies/${study}`, {
      headers: { accept: asked },
    })
    t.equal(status, 206)
    t.match(headers['warning'], /^299 /)
    t.match(
      Object.keys(read(bytes))[0],
      new RegExp(`/${native.SOPInstanceUID.replaceAll('.', '\\.')}\\.dcm$`),
    )
    t.equal(Object.keys(read(bytes)).length, 1)
    t.equal((await askWhole(url + pathOf(compressed), { headers: { accept: asked } })).status, 406)
    t.equal(Object.keys(await archive(t, `${url}/studies/${study}`, ZIP)).length, 2)
  })

  t.test('hostile descriptions make no path', async t => {
    const study = newUid()
    const names = ['../../../etc/cron.d', 'C:\\Windows\\..', 'CON', '. . .', 'a\u0007b', '', 'x'.repeat(64)]
    const images = names.map(name =>
      ctImage({
        study,
        series: newUid(),
        with: [
          el('00081030', 'LO', '/../..'),
          el('00080020', 'DA', ''),
          el('0008103E', 'LO', name),
          el('00200011', 'IS', ''),
          el('00080060', 'CS', ''),
        ],
      }),
    )
    await stored(...images)
    const found = Object.keys(await archive(t, `${url}/studies/${study}`, ZIP))
    t.equal(found.length, names.length)
    for (const name of found) {
      t.match(name, /^[^/\\]+\/[^/\\]+\/[0-9.]+\.dcm$/)
      for (const part of name.split('/')) t.notMatch(part, /^[. ]|[. ]$|[\u0000-\u001f:]|^con$/i, name)
    }
  })

  t.test('by default, and where multipart is liked better, it is none; by q it is one', async t => {
    const image = ctImage()
    await stored(image)
    const study = `${url}/studies/${image.StudyInstanceUID}`
    for (const accept of ['*/*', `multipart/related; type="application/dicom", ${ZIP};q=0.5`]) {
      t.match((await ask(study, { headers: { accept } })).headers['content-type'], /^multipart\/related/)
    }
    t.equal(
      (await ask(study, { headers: { accept: `multipart/related;q=0.2, ${ZIP};q=0.5` } })).headers[
        'content-type'
      ],
      ZIP,
    )
    t.equal((await ask(`${study}?accept=application/zip`)).headers['content-type'], ZIP)
    const refused = await askJson(study, { headers: { accept: 'text/html' } })
    t.equal(refused.status, 406)
  })

  t.test('HEAD, ETag and 304; another form has another ETag; 404', async t => {
    const image = ctImage()
    await stored(image)
    const where = url + pathOf(image)
    const head = await askWhole(where, { method: 'HEAD', headers: { accept: ZIP } })
    t.equal(head.status, 200)
    t.equal(head.headers['content-type'], ZIP)
    t.equal(head.bytes.length, 0)
    const { etag = '' } = head.headers
    const again = await ask(where, { headers: { accept: ZIP, 'if-none-match': etag } })
    t.equal(again.status, 304)
    t.not((await ask(where, { headers: { accept: AS_STORED } })).headers.etag, '')
    t.not((await ask(where)).headers.etag, etag)
    t.equal((await ask(`${url}/studies/2.25.9`, { headers: { accept: ZIP } })).status, 404)
  })
})
