/** QIDO-RS over 5,000 studies. PS3.18 10.6. */
import { batch, smallStudies } from '../made/series.js'
import { DICOM_JSON, get } from '../load/messages.js'
import type { Scenario } from '../measure.js'
import { answered } from './retrieved.js'
import { storeAll, type Suite } from './suite.js'

const STUDIES = 5000
const STUDIES_A_REQUEST = 50
const PAGE = 25
const CLIENTS = 4
const STUDY_INSTANCE_UID = '0020000D'

type Dataset = Readonly<Record<string, { readonly Value?: readonly unknown[] }>>

export const search: Suite = {
  names: ['search-page', 'search-accession'],
  build: ({ readMs }) => {
    const studies = smallStudies(STUDIES)
    const stored = batch(studies, STUDIES_A_REQUEST)
    const chosen = (n: number): (typeof studies)[number] => {
      // A stride prime to 5,000 visits all of them, neighbours far apart.
      const study = studies[(n * 1237) % STUDIES]
      if (study === undefined) throw new Error('there are no studies')
      return study
    }
    const searchPage: Scenario = {
      name: 'search-page',
      title: 'QIDO: the first 25 of 5,000 studies, 4 clients',
      load: server => ({
        clients: CLIENTS,
        request: () => get(server, `/studies?limit=${PAGE}&offset=0`, DICOM_JSON),
        until: { ms: readMs },
        leastBytes: PAGE * 100,
      }),
      verify: async server => {
        const answer = await answered(server, get(server, `/studies?limit=${PAGE}&offset=0`, DICOM_JSON))
        const found = JSON.parse(answer.body.toString()) as readonly Dataset[]
        const distinct = new Set(found.map(dataset => dataset[STUDY_INSTANCE_UID]?.Value?.[0]))
        if (distinct.size !== PAGE)
          throw new Error(`${server.name} found ${distinct.size} studies, not ${PAGE}`)
      },
    }
    const byAccession = (n: number): string => `/studies?AccessionNumber=${chosen(n).AccessionNumber}`
    const searchAccession: Scenario = {
      name: 'search-accession',
      title: 'QIDO: one of 5,000 studies by AccessionNumber, 4 clients',
      load: server => ({
        clients: CLIENTS,
        request: n => get(server, byAccession(n), DICOM_JSON),
        until: { ms: readMs },
        leastBytes: 100,
      }),
      verify: async server => {
        const answer = await answered(server, get(server, byAccession(1), DICOM_JSON))
        const found = JSON.parse(answer.body.toString()) as readonly Dataset[]
        const uid = found[0]?.[STUDY_INSTANCE_UID]?.Value?.[0]
        if (found.length !== 1 || uid !== chosen(1).uids.study)
          throw new Error(`${server.name} found ${found.length} studies by accession number`)
      },
    }
    return { prepare: server => storeAll(server, stored), scenarios: [searchPage, searchAccession] }
  },
}
