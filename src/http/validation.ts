/** Requests are checked against the contract before their handlers see them: path, query and header parameters, by Fastify's
 *  validator and the schemas of openapi/filmroom.yaml. Unknown query parameters are ignored (PS3.18 8.3). */
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import { Problem } from '../dicom/problem.js'
import { operationAt, type Operation, type Parameter } from './operations.js'
import { readParameters } from './query-string.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** of the contract, set by validateByContract */
    operation?: Operation
  }
}

/** Has every route that is added from now on validated by its operation. After it `request.params`, `request.query` and
 *  `request.headers` are what the types of the contract say; `request.query` has its parameters alone, with their defaults.
 *  Problems: invalid-uid, invalid-frame-list, invalid-parameter. */
export function validateByContract(app: FastifyInstance, basePath: string): void {
  app.addHook('onRoute', route => {
    const [method = 'GET'] = [route.method].flat().filter(each => each !== 'HEAD')
    const operation = operationAt(method, route.url, basePath)
    if (operation === undefined) return
    route.config = { ...route.config, operation }
    route.schema = schemasOf(operation.parameters)
    route.schemaErrorFormatter = formatterFor(operation.parameters)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    const { operation } = request.routeOptions.config
    if (operation !== undefined) request.query = declaredQuery(request.raw.url, operation.parameters)
    done()
  })
}

function schemasOf(parameters: readonly Parameter[]): FastifySchema {
  const schemaOf = (place: Parameter['in']): object => {
    const there = parameters.filter(each => each.in === place && !isOpen(each))
    return sameSchema({
      type: 'object',
      properties: Object.fromEntries(there.map(({ name, schema }) => [nameIn(place, name), schema])),
      required: there.filter(each => each.required === true).map(({ name }) => nameIn(place, name)),
    })
  }
  return { params: schemaOf('path'), querystring: schemaOf('query'), headers: schemaOf('header') }
}

/** by their text */
const schemas = new Map<string, object>()

/** One object for equal schemas: each object is compiled once, which is most of the time that a start takes. */
function sameSchema(schema: object): object {
  const text = JSON.stringify(schema)
  const same = schemas.get(text) ?? schema
  schemas.set(text, same)
  return same
}

function nameIn(place: Parameter['in'], name: string): string {
  return place === 'header' ? name.toLowerCase() : name
}

/** Stands for parameters of any name: the attributes of a search. */
function isOpen({ schema }: Parameter): boolean {
  return schema.type === 'object'
}

/** The parameters of the query that the operation knows, as their schemas type them. Names count without regard to case.
 * @throws Problem `invalid-parameter`: wrong percent-encoding, or one given twice with different values */
function declaredQuery(
  target: string | undefined,
  parameters: readonly Parameter[],
): Record<string, unknown> {
  const { accept, others } = readParameters(target)
  const sent = [...accept.map(value => ['accept', value] as const), ...others]
  const query: Record<string, unknown> = {}
  for (const { name, schema } of parameters.filter(each => each.in === 'query' && !isOpen(each))) {
    const values = sent
      .filter(([each]) => each.toLowerCase() === name.toLowerCase())
      .map(([, value]) => value)
    if (schema.type === 'array') {
      if (values.length > 0) query[name] = values
      continue
    }
    const [value, ...more] = new Set(
      values.map(text => typed(text, schema.type)).filter(each => each !== undefined),
    )
    if (more.length > 0)
      throw new Problem('invalid-parameter', `${name} is given more than once, with different values`)
    if (value !== undefined) query[name] = value
  }
  return query
}

/** Text that is no such value stays text, for the validator to refuse; no text at all is an absent number or boolean. */
function typed(text: string, type: string | undefined): unknown {
  if (type === 'integer') return text === '' ? undefined : /^-?\d+$/.test(text) ? Number(text) : text
  if (type !== 'boolean') return text
  if (text === '') return undefined
  const lower = text.toLowerCase()
  return lower === 'true' ? true : lower === 'false' ? false : text
}

/** A Problem that says which parameter is wrong and what was expected, never what came. */
function formatterFor(parameters: readonly Parameter[]): NonNullable<RouteOptions['schemaErrorFormatter']> {
  return ([error], place) => {
    const name = error?.instancePath.split('/')[1] ?? String(error?.params['missingProperty'])
    const parameter = parameters.find(
      each => nameIn(each.in, each.name) === name && PLACES[each.in].fastify === place,
    )
    const { problem = 'invalid-parameter', expected = expectation(parameter) } =
      parameter?.['x-filmroom-invalid'] ?? {}
    const words = parameter === undefined ? name : `the ${name}${PLACES[parameter.in].words}`
    const missing = error?.keyword === 'required'
    return new Problem(problem, missing ? `${words} is missing` : `${words} is not ${expected}`)
  }
}

const PLACES: Readonly<Record<Parameter['in'], { fastify: string; words: string }>> = {
  path: { fastify: 'params', words: ' in the path' },
  query: { fastify: 'querystring', words: ' parameter' },
  header: { fastify: 'headers', words: ' header' },
}

function expectation(parameter: Parameter | undefined): string {
  const { type, enum: names, minimum } = parameter?.schema ?? {}
  if (names !== undefined) return `one of ${names.join(', ')}`
  if (type === 'integer')
    return minimum === 0 ? 'an unsigned integer' : `an integer of ${minimum ?? 'any size'} or more`
  if (type === 'boolean') return 'true or false'
  return 'what it has to be'
}
