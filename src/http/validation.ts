/** Requests are checked against the contract before their handlers see them: parameters of path and query, by the schemas of
 *  openapi/filmroom.yaml. Unknown query parameters are ignored (PS3.18 8.3). These schemas need few of JSON Schema's words: Fastify
 *  would compile them all, which is a tenth of what a start costs. */
import type { FastifyInstance } from 'fastify'
import { Problem } from '../dicom/problem.js'
import { operationAt, type Operation, type Parameter, type ParameterSchema } from './operations.js'
import { readParameters } from './query-string.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** of the route's operation, set by validateByContract */
    parameters?: Readonly<Record<Parameter['in'], readonly Parameter[]>>
  }
}

/** Has every route that is added from now on validated by its operation. After it `request.params` and `request.query` are
 *  what the types of the contract say; `request.query` has its parameters alone, with their defaults.
 *  Problems: invalid-uid, invalid-frame-list, invalid-parameter. */
export function validateByContract(app: FastifyInstance, basePath: string): void {
  app.addHook('onRoute', route => {
    const [method = 'GET'] = [route.method].flat().filter(each => each !== 'HEAD')
    const operation = operationAt(method, route.url, basePath)
    if (operation === undefined) return
    const parameters = { path: parametersIn('path', operation), query: parametersIn('query', operation) }
    route.config = { ...route.config, parameters }
  })
  app.addHook('preValidation', (request, _reply, done) => {
    const { parameters } = request.routeOptions.config
    if (parameters !== undefined) {
      request.query = declaredQuery(request.raw.url, parameters.query)
      check(request.params, parameters.path)
      check(request.query, parameters.query)
    }
    done()
  })
}

const PLACES: Readonly<Record<Parameter['in'], string>> = { path: ' in the path', query: ' parameter' }

/** Sets what is absent to its default.
 * @throws Problem that says which parameter is wrong and what was expected, never what came */
function check(sent: unknown, parameters: readonly Parameter[]): void {
  const values = sent as Record<string, unknown>
  for (const parameter of parameters) {
    const { name, schema, required } = parameter
    if (values[name] !== undefined) continue
    if (schema.default !== undefined) values[name] = schema.default
    else if (required === true) throw wrong(parameter, 'missing')
  }
  for (const parameter of parameters) {
    const value = values[parameter.name]
    if (value !== undefined && !isValid(value, parameter.schema))
      throw wrong(parameter, `not ${expectation(parameter)}`)
  }
}

function wrong(parameter: Parameter, how: string): Problem {
  const { problem = 'invalid-parameter' } = parameter['x-filmroom-invalid'] ?? {}
  return new Problem(problem, `the ${parameter.name}${PLACES[parameter.in]} is ${how}`)
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: value => typeof value === 'boolean',
  integer: Number.isInteger,
  string: value => typeof value === 'string',
}

/** JSON Schema: each word asks something of values of its type alone. Elements of arrays are texts of any kind. */
function isValid(value: unknown, schema: ParameterSchema): boolean {
  const { type, enum: names, minimum = -Infinity, maximum = Infinity, maxLength = Infinity, pattern } = schema
  if (type !== undefined && TYPES[type]?.(value) !== true) return false
  if (names !== undefined && !names.includes(value)) return false
  if (typeof value === 'number') return value >= minimum && value <= maximum
  if (typeof value !== 'string') return true
  return value.length <= maxLength && (pattern === undefined || compiled(pattern).test(value))
}

const patterns = new Map<string, RegExp>()

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern, 'u')
  patterns.set(pattern, known)
  return known
}

/** Without the one that stands for parameters of any name: the attributes of a search. */
function parametersIn(place: Parameter['in'], { parameters }: Operation): readonly Parameter[] {
  return parameters.filter(each => each.in === place && each.schema.type !== 'object')
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
  for (const { name, schema } of parameters) {
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

function expectation(parameter: Parameter): string {
  const { type, enum: names, minimum } = parameter.schema
  const expected = parameter['x-filmroom-invalid']?.expected
  if (expected !== undefined) return expected
  if (names !== undefined) return `one of ${names.join(', ')}`
  if (type === 'integer')
    return minimum === 0 ? 'an unsigned integer' : `an integer of ${minimum ?? 'any size'} or more`
  if (type === 'boolean') return 'true or false'
  return 'what it has to be'
}
