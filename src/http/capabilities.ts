/** What the server can do, made from the contract: the Capabilities Description. PS3.18 8.9, Annex H; WADL 2009. */
import { escapedAttribute } from '../dicom/native-xml-text.js'
import { OPERATIONS, type Operation, type Parameter } from './operations.js'

/** A resource, the methods it knows, and the resources below it. */
export interface Described {
  /** relative to the resource above: `studies`, `{study}`; of a description's topmost one to its base */
  readonly path: string
  readonly methods: readonly DescribedMethod[]
  readonly resources: readonly Described[]
}

interface DescribedMethod {
  readonly name: string
  /** the transaction, as Annex H names it: `SearchForStudies` */
  readonly id: string
  readonly summary: string
  readonly parameters: readonly Parameter[]
  readonly requestMediaTypes: readonly string[]
  readonly responses: readonly { readonly status: number; readonly mediaTypes: readonly string[] }[]
}

export interface Capabilities {
  /** the URL that the paths of `resources` are relative to, with a slash at its end */
  readonly base: string
  readonly resources: readonly Described[]
}

/** The resource, all its methods, and everything below it. PS3.18 Annex H; without OPTIONS itself, which brings this document.
 * @param at the resource's URL below the DICOMweb root, as Fastify writes it; `/` for all resources
 * @param besideRoot it stands beside the DICOMweb root, so that `at` is below the origin
 * @param base URL of the DICOMweb root, without a slash at its end */
export function capabilitiesOf(at: string, besideRoot: boolean, base: string): Capabilities {
  const operations = OPERATIONS.filter(
    one => one.besideRoot === besideRoot && one.method !== 'OPTIONS' && one.url !== '/',
  )
  const there = segmentsOf(at)
  const described = below(there, operations)
  return {
    base: besideRoot ? new URL('/', base).href : `${base}/`,
    resources: there.length === 0 ? described.resources : [{ ...described, path: there.join('/') }],
  }
}

function below(path: readonly string[], operations: readonly Operation[]): Described {
  const inside = operations
    .map(operation => ({ operation, segments: segmentsOf(operation.url) }))
    .filter(({ segments }) => path.every((segment, n) => segment === segments[n]))
  const next = new Set(inside.flatMap(({ segments }) => segments.slice(path.length, path.length + 1)))
  return {
    path: path.at(-1) ?? '',
    methods: inside
      .filter(({ segments }) => segments.length === path.length)
      .map(({ operation }) => methodOf(operation)),
    resources: [...next].map(segment => below([...path, segment], operations)),
  }
}

/** `/studies/:study` → `studies`, `{study}` */
function segmentsOf(url: string): string[] {
  return url
    .split('/')
    .filter(segment => segment !== '')
    .map(segment => segment.replace(/^:(.*)$/, '{$1}'))
}

function methodOf(operation: Operation): DescribedMethod {
  const { method, operationId, summary, parameters, requestMediaTypes, answers } = operation
  return {
    name: method,
    id: operationId.replace(/^search/, 'searchFor').replace(/^./, first => first.toUpperCase()),
    summary,
    parameters,
    requestMediaTypes,
    responses: Object.entries(answers).map(([status, mediaTypes]) => ({
      status: Number(status),
      mediaTypes,
    })),
  }
}

/** The description as WADL. */
export function wadlOf({ base, resources }: Capabilities): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element('application', WADL_NAMESPACES, [element('resources', { base }, resources.map(resourceXml))]),
    '',
  ].join('\n')
}

const WADL_NAMESPACES = {
  xmlns: 'http://wadl.dev.java.net/2009/02',
  'xmlns:xs': 'http://www.w3.org/2001/XMLSchema',
}

function resourceXml({ path, methods, resources }: Described): string {
  const own = new Map(
    methods
      .flatMap(({ parameters }) => parameters.filter(each => each.in === 'path'))
      .map(parameter => [parameter.name, parameter]),
  )
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const template = names.map(name =>
    element('param', { name, style: 'template', type: typeOf(own.get(name)), required: 'true' }),
  )
  return element('resource', { path }, [
    ...template,
    ...methods.map(methodXml),
    ...resources.map(resourceXml),
  ])
}

function methodXml({ name, id, summary, parameters, requestMediaTypes, responses }: DescribedMethod): string {
  const acceptable = responses.filter(({ status }) => status < 300).flatMap(({ mediaTypes }) => mediaTypes)
  const options = [...new Set(acceptable)].map(value => element('option', { value }))
  const accept = element('param', { name: 'Accept', style: 'header', type: 'xs:string' }, options)
  const others = parameters
    .filter(each => each.in !== 'path')
    .map(each =>
      element('param', {
        name: each.name,
        style: each.in,
        type: typeOf(each),
        ...(each.schema.type === 'array' || each.schema.type === 'object' ? { repeating: 'true' } : {}),
        ...(each.required === true ? { required: 'true' } : {}),
      }),
    )
  return element('method', { name, id }, [
    element('doc', { title: summary }),
    element('request', {}, [
      ...(options.length === 0 ? [] : [accept]),
      ...others,
      ...requestMediaTypes.map(representation),
    ]),
    ...responses.map(({ status, mediaTypes }) =>
      element('response', { status: String(status) }, mediaTypes.map(representation)),
    ),
  ])
}

function representation(mediaType: string): string {
  return element('representation', { mediaType })
}

function typeOf(parameter: Parameter | undefined): string {
  const { type } = parameter?.schema ?? {}
  return type === 'integer' ? 'xs:integer' : type === 'boolean' ? 'xs:boolean' : 'xs:string'
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[] = [],
): string {
  const written = Object.entries(attributes).map(([each, value]) => ` ${each}="${escapedAttribute(value)}"`)
  const head = `<${name}${written.join('')}`
  return children.length === 0 ? `${head}/>` : `${head}>${children.join('')}</${name}>`
}
