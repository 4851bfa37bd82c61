import { writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ctImage, el, EXPLICIT_LE, IMPLICIT_LE, newUid } from '../made-dicom.js'
import { ask, askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { readMultipart, type AnswerPart } from '../multipart-answer.js'
import { readAlike, withoutPydicom } from '../oracles/pydicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { nativeInstances } from './native-instances.js'
import { pathOf } from './paths.js'

const DICOM = 'multipart/related; type="application/dicom"'
const STORED = `${DICOM}; transfer-syntax=*`

/** What follows the meta group, whose length its first element tells. PS3.10 7.1 */
function datasetOf(file: Buffer): Buffer {
  return file.subarray(144 + file.readUInt32LE(140))
}

/** which nothing is transcoded from */
const VIDEO = '1.2.840.10008.1.2.4.100'

t.test('PS3.18 10.4.1.1.1 Retrieve: instances', async t => {
  const server = await startServer(t)
  const { url } = server
  const get = async (
    where: string,
    accept?: string,
  ): Promise<{ status: number; type: string | undefined; bytes: Buffer }> => {
    const { status, headers, bytes } = await askWhole(url + where, {
      headers: accept === undefined ? {} : { accept },
    })
    return { status, type: headers['content-type'], bytes }
  }
  const partsOf = async (where: string, accept?: string): Promise<readonly AnswerPart[]> => {
    const { type, bytes } = await get(where, accept)
    const answer = readMultipart(type, bytes)
    t.equal(answer.type, 'application/dicom')
    return answer.parts
  }

  const study = newUid()
  const series = ['2.25.900', '2.25.100'] as const
  const images = [
    ...[3, 1, 2, 10].map(n => ctImage({ study, series: series[0], with: [el('00200013', 'IS', String(n))] })),
    ...[1, 2].map(n =>
      ctImage({
        study,
        series: series[1],
        with: [el('00200011', 'IS', '2'), el('00200013', 'IS', String(n))],
      }),
    ),
  ]
  await store(
    url,
    images.map(image => image.bytes),
  )
  const inOrder = [1, 2, 0, 3, 4, 5].map(n => images[n]!)

  t.test('trap 11, trap 13: each part names its type, its transfer syntax and its place', async t => {
    const parts = await partsOf(`/studies/${study}`)
    t.equal(parts.length, images.length)
    parts.forEach((part, n) => {
      t.match(part.contentType, /^application\/dicom; ?transfer-syntax="?1\.2\.840\.10008\.1\.2\.1"?$/)
      t.equal(part.contentLocation, url + pathOf(inOrder[n]!))
    })
  })

  t.test('a study comes in the order of series number and instance number, byte for byte', async t => {
    const parts = await partsOf(`/studies/${study}`, STORED)
    t.same(
      parts.map(({ contentLocation }) => contentLocation),
      inOrder.map(image => url + pathOf(image)),
    )
    t.ok(parts.every(({ bytes }, n) => bytes.equals(inOrder[n]!.bytes)))
    t.equal(parts.length, 6)
  })

  t.test('a series comes with its instances and no others', async t => {
    const parts = await partsOf(`/studies/${study}/series/${series[1]}`, STORED)
    t.same(
      parts.map(({ bytes }) => bytes),
      [images[4]!.bytes, images[5]!.bytes],
    )
  })

  t.test('10.4.4 an instance comes as one part, or bare where application/dicom is asked for', async t => {
    const [image] = images
    const parts = await partsOf(pathOf(image!))
    t.same(
      parts.map(({ bytes }) => bytes),
      [image!.bytes],
    )
    const bare = await get(pathOf(image!), 'application/dicom')
    t.match(bare, { status: 200, type: `application/dicom; transfer-syntax=${EXPLICIT_LE}` })
    t.ok(bare.bytes.equals(image!.bytes))
  })

  t.test('trap 12: 10.4.4 a bare application/dicom is no answer for a study or series: 406', async t => {
    for (const where of [`/studies/${study}`, `/studies/${study}/series/${series[1]}`])
      t.equal((await get(where, 'application/dicom')).status, 406, where)
  })

  t.test('8.5 answers 404 where any of the UIDs is unknown or does not belong to the others', async t => {
    const other = ctImage()
    await store(url, [other.bytes])
    for (const where of [
      `/studies/${newUid()}`,
      `/studies/${study}/series/${newUid()}`,
      `/studies/${study}/series/${series[0]}/instances/${newUid()}`,
      `/studies/${study}/series/${other.SeriesInstanceUID}`,
      `/studies/${other.StudyInstanceUID}/series/${series[0]}`,
      `/studies/${study}/series/${series[1]}/instances/${images[0]!.SOPInstanceUID}`,
      `/studies/${other.StudyInstanceUID}/series/${series[0]}/instances/${images[0]!.SOPInstanceUID}`,
      `/studies/${study}/series/${other.SeriesInstanceUID}/instances/${other.SOPInstanceUID}`,
    ]) {
      t.equal((await get(where)).status, 404, where)
      t.equal((await get(`${where}/metadata`)).status, 404, `${where}/metadata`)
    }
  })

  t.test('trap 52: a series UID in two studies is two series', async t => {
    const shared = newUid()
    const [a, b] = [ctImage({ series: shared }), ctImage({ series: shared })]
    t.equal((await store(url, [a.bytes, b.bytes])).status, 200)
    for (const image of [a, b]) {
      const where = `/studies/${image.StudyInstanceUID}/series/${shared}`
      t.same(
        (await partsOf(where, STORED)).map(({ bytes }) => bytes),
        [image.bytes],
      )
      const metadata = JSON.parse((await get(`${where}/metadata`)).bytes.toString()) as unknown[]
      t.equal(metadata.length, 1)
    }
    const crossed = `/studies/${a.StudyInstanceUID}/series/${shared}/instances/${b.SOPInstanceUID}`
    t.equal((await get(crossed)).status, 404)
  })

  const natives = nativeInstances()
  await store(
    url,
    natives.map(({ instance }) => instance.bytes),
  )

  t.test('8.7.3 transfer-syntax=* gives the stored bytes, whatever they are, and says so', async t => {
    for (const { name, instance } of natives) {
      const bare = await get(pathOf(instance), STORED_SYNTAX)
      t.ok(bare.bytes.equals(instance.bytes), name)
      const [part] = await partsOf(pathOf(instance), STORED)
      t.ok(part!.bytes.equals(instance.bytes), name)
      t.ok(bare.type!.endsWith(part!.contentType.slice('application/dicom'.length)), name)
    }
  })

  t.test(
    'trap 6: without transfer-syntax every native instance comes as Explicit VR Little Endian',
    async t => {
      for (const { name, instance, asExplicitLittleEndian } of natives) {
        for (const accept of [
          undefined,
          '*/*',
          DICOM,
          'application/dicom',
          'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
          // never sent: what all must read is sent in their place
          'application/dicom; transfer-syntax=1.2.840.10008.1.2',
          'application/dicom; transfer-syntax=1.2.840.10008.1.2.2',
        ]) {
          const { status, type, bytes } = await get(pathOf(instance), accept)
          const file = type?.startsWith('multipart/') ? readMultipart(type, bytes).parts[0]!.bytes : bytes
          t.equal(status, 200, `${name}, ${accept}`)
          t.ok(datasetOf(file).equals(datasetOf(asExplicitLittleEndian)), `${name}, ${accept}`)
          t.ok(file.subarray(0, 400).includes(EXPLICIT_LE), `${name}: the meta group says so`)
        }
      }
    },
  )

  t.test('what is rewritten reads in pydicom as what was stored', { skip: withoutPydicom() }, async t => {
    const folder = temporaryFolder(t)
    const pairs = []
    for (const [n, { instance }] of natives.entries()) {
      const [stored, answered] = [path.join(folder, `${n}.dcm`), path.join(folder, `${n}-ele.dcm`)]
      writeFileSync(stored, instance.bytes)
      writeFileSync(answered, (await get(pathOf(instance), 'application/dicom')).bytes)
      pairs.push({ stored, answered })
    }
    readAlike(pairs).forEach(({ equal, difference, transferSyntax }, n) => {
      t.ok(equal, `${natives[n]!.name} ${difference}`)
      t.equal(transferSyntax, EXPLICIT_LE, natives[n]!.name)
    })
  })

  t.test('a series of compressed and native instances', async t => {
    const mixed = { study: newUid(), series: newUid() }
    const jpeg = { fragments: [Uint8Array.of(0xff, 0xd8, 1, 2, 0xff, 0xd9)] }
    const compressed = ctImage({ ...mixed, transferSyntax: VIDEO, pixels: jpeg })
    const implicit = ctImage({ ...mixed, transferSyntax: IMPLICIT_LE })
    const where = `/studies/${mixed.study}/series/${mixed.series}`
    await store(url, [compressed.bytes, implicit.bytes])
    const syntaxes = (parts: readonly AnswerPart[]): string[] =>
      parts.map(({ contentType }) => contentType.replace(/^.*transfer-syntax=/, '')).sort()

    t.test('8.7.3.4 comes whole where no syntax is named, each part labelled with its own', async t => {
      t.same(syntaxes(await partsOf(where)), [EXPLICIT_LE, VIDEO])
    })
    t.test('comes as stored with transfer-syntax=*', async t => {
      t.same(syntaxes(await partsOf(where, STORED)), [IMPLICIT_LE, VIDEO])
    })
    t.test('8.7.8 answers 206 and the native one where Explicit VR Little Endian is named', async t => {
      for (const scope of [where, `/studies/${mixed.study}`]) {
        const { status, headers, bytes } = await askWhole(url + scope, {
          headers: { accept: `${DICOM}; transfer-syntax=${EXPLICIT_LE}` },
        })
        t.equal(status, 206)
        t.match(headers.warning, /^299 http:\/\/\S+: /, 'and a Warning, as the contract says')
        const { parts } = readMultipart(headers['content-type'], bytes)
        t.same(
          parts.map(({ contentLocation }) => contentLocation),
          [url + pathOf(implicit)],
        )
      }
    })
    t.test('8.7.8 answers 206 and the video where its syntax alone is named', async t => {
      const { status, type, bytes } = await get(where, `${DICOM}; transfer-syntax=${VIDEO}`)
      t.equal(status, 206)
      t.ok(readMultipart(type, bytes).parts[0]!.bytes.equals(compressed.bytes))
    })
    t.test('8.7.8 answers 406 for the video alone, and says what there is', async t => {
      const { status, type, bytes } = await get(
        pathOf(compressed),
        `application/dicom; transfer-syntax=${EXPLICIT_LE}`,
      )
      t.equal(status, 406)
      t.match(type, /^application\/problem\+json/)
      t.match(bytes.toString(), VIDEO, 'the list of what exists')
    })
    t.test('8.7.8 answers 406 for a series of which nothing can be given', async t => {
      t.equal((await get(where, `${DICOM}; transfer-syntax=1.2.840.10008.1.2.4.110`)).status, 406)
      t.equal((await get(where, 'image/jpeg')).status, 406)
    })
  })

  t.test('trap 53: clients that go away in mid-answer hold nothing up', async t => {
    const big = ctImage({ rows: 1024, columns: 1024, frames: 8, transferSyntax: IMPLICIT_LE })
    await store(url, [big.bytes])
    for (let n = 0; n < 40; n++) {
      const accept = n % 2 === 0 ? STORED_SYNTAX : 'application/dicom'
      const { body } = await ask(url + pathOf(big), { headers: { accept } })
      body.once('error', () => undefined)
      await new Promise(resolve => body.once('readable', resolve))
      body.destroy()
    }
    t.ok((await get(pathOf(big), STORED_SYNTAX)).bytes.equals(big.bytes))
  })

  t.test(
    '10.4 every instance of a study of several hundred comes, also beyond a page of the index',
    async t => {
      const many = newUid()
      const made = Array.from({ length: 300 }, (_, n) =>
        ctImage({
          study: many,
          series: '2.25.7',
          rows: 2,
          columns: 2,
          with: [el('00200013', 'IS', String(n + 1))],
        }),
      )
      await store(
        url,
        made.map(image => image.bytes),
      )
      const parts = await partsOf(`/studies/${many}`, STORED)
      t.equal(parts.length, made.length)
      t.ok(
        parts.every(({ bytes }, n) => bytes.equals(made[n]!.bytes)),
        'in order',
      )
    },
  )
})
