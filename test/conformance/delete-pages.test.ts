import t from 'tap'
import { askJson, askWhole, store, textOf, type JsonObject } from '../dicomweb-client.js'
import { ctImage, el, newUid } from '../made-dicom.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

/** Every other one of ten is deleted: pages have to be cut from what is left, not what is left from pages. */
t.test('trap 36: what is deleted shortens no page and counts in no Warning (PS3.18 8.3.4.4)', async t => {
  const { url } = await startServer(t)
  const ids = { study: newUid(), series: newUid() }
  const studies = Array.from({ length: 10 }, (_, n) =>
    ctImage({ with: [el('00080020', 'DA', `202401${n + 10}`)] }),
  )
  const instances = Array.from({ length: 10 }, (_, n) =>
    ctImage({ ...ids, with: [el('00200013', 'IS', String(n + 1))] }),
  )
  const series = Array.from({ length: 10 }, (_, n) =>
    ctImage({ study: ids.study, with: [el('00200011', 'IS', String(n + 5))] }),
  )
  await store(
    url,
    [...studies, ...instances, ...series].map(image => image.bytes),
  )
  const remove = async (where: string): Promise<void> => {
    t.equal((await askWhole(url + where, { method: 'DELETE' })).status, 204)
  }
  for (let n = 0; n < 10; n += 2) {
    await remove(`/studies/${studies[n]!.StudyInstanceUID}`)
    await remove(pathOf(instances[n]!))
    await remove(`/studies/${ids.study}/series/${series[n]!.SeriesInstanceUID}`)
  }
  const left = <T>(all: readonly T[]): T[] => all.filter((_, n) => n % 2 === 1)
  for (const [where, tag, wanted] of [
    [
      '/studies?StudyDate=20240110-20240119',
      '0020000D',
      left(studies)
        .map(each => each.StudyInstanceUID)
        .reverse(),
    ],
    [
      `/studies/${ids.study}/series`,
      '0020000E',
      [...left(series).map(each => each.SeriesInstanceUID), ids.series],
    ],
    [
      `/studies/${ids.study}/series/${ids.series}/instances`,
      '00080018',
      left(instances).map(each => each.SOPInstanceUID),
    ],
  ] as const) {
    const got: string[] = []
    for (let offset = 0; offset < wanted.length; offset += 2) {
      const page = `${url}${where}${where.includes('?') ? '&' : '?'}limit=2&offset=${offset}`
      const rows = (await askJson(page)).json as JsonObject[]
      const remaining = wanted.length - offset - rows.length
      t.equal(rows.length, Math.min(2, wanted.length - offset), `${where} from ${offset}: a whole page`)
      const { warning } = (await askWhole(page)).headers
      t.equal(
        /There are (\d+) additional/.exec(warning ?? '')?.[1],
        remaining === 0 ? undefined : String(remaining),
      )
      got.push(...rows.map(row => textOf(row, tag)))
    }
    t.same(got.sort(), [...wanted].sort(), where)
    const after = `${url}${where}${where.includes('?') ? '&' : '?'}offset=${wanted.length}`
    t.equal((await askWhole(after)).status, 204, `${where}: nothing after the last`)
  }
})
