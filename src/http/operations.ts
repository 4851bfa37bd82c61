/** The operations of the contract, as the program reads them: for validation and for the capabilities. */
import { contractDocument } from './contract-document.js'
import type { ProblemKind } from '../dicom/problem.js'

/** A JSON schema of a parameter, its references resolved: the words of it that validation.ts knows. */
export interface ParameterSchema {
  readonly type?: string
  readonly items?: { readonly type: 'string' }
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly default?: unknown
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: boolean
  readonly description?: string
  readonly schema: ParameterSchema
  /** what a wrong value is answered with; by default `invalid-parameter`, in words made from the schema */
  readonly 'x-filmroom-invalid'?: { readonly problem: ProblemKind; readonly expected: string }
}

export interface Operation {
  readonly method: string
  /** as Fastify writes it, below the DICOMweb root or, where `besideRoot`, below the origin: `/studies/:study` */
  readonly url: string
  readonly besideRoot: boolean
  readonly operationId: string
  readonly summary: string
  readonly parameters: readonly Parameter[]
  readonly requestMediaTypes: readonly string[]
  /** by status, the media types of its answers */
  readonly answers: Readonly<Record<string, readonly string[]>>
}

type Json = Readonly<Record<string, unknown>>
type WrittenOperation = Json & {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly unknown[]
  readonly requestBody?: unknown
  readonly responses: Json
}

const METHODS = ['get', 'post', 'put', 'delete', 'patch', 'options'] as const

/** Every operation of the contract, in its order. */
export const OPERATIONS: readonly Operation[] = Object.entries<Json>(contractDocument.paths).flatMap(
  ([path, item]) =>
    METHODS.flatMap(method => {
      const written = item[method] as WrittenOperation | undefined
      return written === undefined ? [] : [operationOf(method, path, item, written)]
    }),
)

/** The operation that a route of the program answers.
 * @param url the route's whole path */
export function operationAt(method: string, url: string, basePath: string): Operation | undefined {
  return OPERATIONS.find(
    one => one.method === method && (one.besideRoot ? one.url : basePath + one.url) === url,
  )
}

function operationOf(method: string, path: string, item: Json, written: WrittenOperation): Operation {
  const parameters = [...((item['parameters'] ?? []) as unknown[]), ...(written.parameters ?? [])]
  return {
    method: method.toUpperCase(),
    url: path.replace(/\{(\w+)\}/g, ':$1'),
    besideRoot: item['x-filmroom-root'] === true,
    operationId: written.operationId,
    summary: written.summary,
    parameters: parameters.map(each => resolved(each) as Parameter),
    requestMediaTypes: mediaTypesOf(written.requestBody),
    answers: Object.fromEntries(
      Object.entries(written.responses).map(([status, answer]) => [status, mediaTypesOf(answer)]),
    ),
  }
}

function mediaTypesOf(body: unknown): string[] {
  return Object.keys((resolved(body) as { content?: Json } | undefined)?.content ?? {})
}

/** The value with every `$ref` replaced by what it refers to; none of these refers to itself. Types of content are left. */
function resolved(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { $ref, ...rest } = value as Json & { readonly $ref?: string }
  const at = $ref === undefined ? rest : { ...(referred($ref) as Json), ...rest }
  return Object.fromEntries(
    Object.entries(at).map(([name, each]) => [name, name === 'content' ? each : resolved(each)]),
  )
}

/** @param reference such as `#/components/parameters/study` */
function referred(reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((at, name) => (at as Json)[name], contractDocument)
}
