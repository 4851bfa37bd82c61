import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { characterSetOf } from '../../dicom/character-sets.js'
import { clinicalDocument } from '../../dicom/documents/clinical-document.js'
import { contentDocument } from '../../dicom/documents/content-document.js'
import type { DocumentNode } from '../../dicom/documents/document.js'
import { documentHtml } from '../../dicom/documents/document-html.js'
import { documentText } from '../../dicom/documents/document-text.js'
import { referenceLinks } from '../../dicom/documents/reference-links.js'
import { parseMarkedJson, URL_MARK } from '../../dicom/json-model.js'
import { readableValues } from '../../dicom/readable-values.js'
import type { JobInput, JobOutput } from '../jobs.js'

const inflate = promisify(inflateRaw)

/** A structured report, or an encapsulated CDA document, as a page or as lines of text, UTF-8. PS3.18 8.7.4
 * @throws Problem `limit-exceeded`, `undecodable` */
export async function document({ source, as }: JobInput<'document'>): Promise<JobOutput<'document'>> {
  const { title, nodes } =
    source.kind === 'cda' ? clinicalDocument(source.xml) : await structuredReport(source)
  return { bytes: Buffer.from(as === 'text/html' ? documentHtml(title, nodes) : documentText(nodes)) }
}

type StructuredReport = Extract<JobInput<'document'>['source'], { kind: 'structured-report' }>

async function structuredReport({
  header,
  headerTextBytes,
  texts,
  base,
}: StructuredReport): Promise<{ title: string; nodes: readonly DocumentNode[] }> {
  const text = await inflate(header, { maxOutputLength: headerTextBytes })
  const dataset = parseMarkedJson(text.toString('utf8'))
  const characters = characterSetOf(readableValues(dataset['00080005']).join('\\'))
  return contentDocument(dataset, {
    links: referenceLinks(dataset, base),
    bulkText(uri) {
      const bytes = texts.get(uri.replace(`${URL_MARK}/bulkdata/`, ''))
      if (bytes === undefined) return undefined
      return characters.decode(Buffer.from(bytes), 0, bytes.length, 'UT').replace(/[\0 ]+$/, '')
    },
  })
}
