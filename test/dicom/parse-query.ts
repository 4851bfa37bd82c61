/** Query strings read as the server reads them, for the tests of queries. */
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import { Problem } from '../../src/dicom/problem.js'
import { parseQuery, type ParsedQuery } from '../../src/dicom/query-parameters.js'
import type { Match, QueryLevel } from '../../src/dicom/query.js'

/** Parses a query string as a form is decoded. */
export function parse(text: string, level: QueryLevel = 'study'): ParsedQuery {
  return parseQuery(level, {}, [...new URLSearchParams(text)], {
    maxResults: 1000,
    attributes: USUAL_ATTRIBUTES,
  })
}
export const matches = (text: string, level?: QueryLevel): readonly Match[] =>
  parse(text, level).query.matches
/** Kind and message of the Problem that a query string makes. */
export function refusal(text: string, level?: QueryLevel): string {
  try {
    parse(text, level)
  } catch (error) {
    if (error instanceof Problem) return `${error.kind}: ${error.message}`
    throw error
  }
  return 'none'
}
export const values = (path: string, vr: string, ...values: string[]): Match => ({
  kind: 'values',
  path: path.split('.'),
  vr,
  values,
})
