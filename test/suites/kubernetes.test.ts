/** docker/kubernetes against Kubernetes' own schemas (kubernetes-models), and what the manifests have to agree upon.
 *  kubernetes-models has the OpenAPI of Kubernetes as validators with the formats of quantities, MIT, no install script, and
 *  4.5.1 runs on Node 20; 5 wants 22. They let fields pass that they do not know, so that this looks which ones they read. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Deployment } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { Job } from 'kubernetes-models/batch/v1'
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Namespace, Service, ServiceAccount } from 'kubernetes-models/v1'
import t from 'tap'
import { parse } from 'yaml'
import { directive } from './deployment/nginx.js'
import { seconds, settingFaults } from './deployment/settings.js'

const FOLDER = 'docker/kubernetes'
const KINDS = [
  ...[Deployment, HorizontalPodAutoscaler, Job, Ingress, NetworkPolicy, PodDisruptionBudget],
  ...[ConfigMap, Namespace, Service, ServiceAccount],
]
const FILES = readdirSync(FOLDER).filter(name => name !== 'kustomization.yaml')

const read = (file: string): unknown => parse(readFileSync(path.join(FOLDER, file), 'utf8'))
const deployment = new Deployment(read('deployment.yaml') as ConstructorParameters<typeof Deployment>[0])
const migration = new Job(read('migration.yaml') as ConstructorParameters<typeof Job>[0])
const settings = new ConfigMap(read('settings.yaml') as ConstructorParameters<typeof ConfigMap>[0])
const PODS = [deployment.spec!.template, migration.spec!.template]

/** @returns what is wrong with a manifest, and which fields Kubernetes does not know; empty where nothing is */
function faults(manifest: unknown): string[] {
  const { apiVersion, kind } = manifest as { readonly apiVersion?: string; readonly kind?: string }
  const model = KINDS.find(one => one.apiVersion === apiVersion && one.kind === kind)
  if (model === undefined) return [`no ${String(kind)} of ${String(apiVersion)}`]
  const unread = new Set<string>()
  const watched = watch(manifest as object, '', unread)
  try {
    model.prototype.validate.call(watched)
  } catch (error) {
    return [(error as Error).message]
  }
  return [...unread].map(at => `${at} is not known`)
}

/** The value, which strikes off what is read of it. */
function watch<T extends object>(value: T, at: string, unread: Set<string>): T {
  for (const key of Object.keys(value)) unread.add(`${at}/${key}`)
  const inner = new Map<string, unknown>()
  for (const [key, each] of Object.entries(value) as [string, unknown][])
    inner.set(key, typeof each === 'object' && each !== null ? watch(each, `${at}/${key}`, unread) : each)
  return new Proxy(value, {
    get(target, key): unknown {
      unread.delete(`${at}/${String(key)}`)
      return inner.get(String(key)) ?? Reflect.get(target, key)
    },
  })
}

t.test('every manifest is one that Kubernetes takes, with no field that it would ignore', t => {
  for (const file of FILES) t.same(faults(read(file)), [], file)
  t.end()
})

t.test('what is faulty is seen', t => {
  const text = readFileSync(path.join(FOLDER, 'deployment.yaml'), 'utf8')
  for (const [right, wrong, message] of [
    ['maxSurge: 1', 'maxSurge: [1]', 'maxSurge'],
    ['readOnlyRootFilesystem', 'readonlyRootFilesystem', 'readonlyRootFilesystem is not known'],
    ['periodSeconds: 5', 'periodSeconds: 5s', 'periodSeconds'],
    ['memory: 2Gi', 'memory: 2GiB', 'memory'],
    ['  selector:', '  selectors:', 'selector'],
    ['apps/v1', 'apps/v1beta3', 'no Deployment of apps/v1beta3'],
    ['metadata:', 'meta: {}\nmetadata:', '/meta is not known'],
  ] as const) {
    t.ok(text.includes(right))
    t.match(faults(parse(text.replace(right, wrong))).join('\n'), message, wrong)
  }
  t.end()
})

t.test('kustomization lists every manifest but the migration, and all say one version', t => {
  const { resources, images } = read('kustomization.yaml') as {
    readonly resources: readonly string[]
    readonly images: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[]
  }
  t.same([...resources, 'migration.yaml'].sort(), FILES.sort())
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }
  const [image] = images
  t.match(images, [{ name: 'filmroom', newTag: version }])
  t.equal(deployment.spec!.template.spec!.containers[0]?.image, image?.name)
  t.equal(
    migration.spec!.template.spec!.containers[0]?.image,
    `${image?.newName ?? ''}:${image?.newTag ?? ''}`,
  )
  t.end()
})

t.test('pods run with as few rights as they need, and without variables that the program refuses', t => {
  for (const { spec } of PODS) {
    t.match(spec, {
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    })
    for (const { securityContext, resources, volumeMounts } of spec!.containers) {
      t.match(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      t.ok(resources?.requests?.['memory'] !== undefined && resources.limits?.['memory'] !== undefined)
      t.same(volumeMounts, [{ name: 'data', mountPath: '/data' }])
    }
  }
  t.match(readFileSync('docker/Dockerfile', 'utf8'), /^USER 1000:1000$/m)
  t.end()
})

t.test('settings are such as the program takes, and a pod has longer to stop than it drains', t => {
  t.same(settingFaults(settings.data ?? {}), [])
  const { terminationGracePeriodSeconds: grace = 30, containers } = deployment.spec!.template.spec!
  const { FILMROOM_DRAIN: drain = '30s', FILMROOM_STOP_DELAY: delay = '5s' } = settings.data ?? {}
  t.ok(grace >= seconds(delay) + seconds(drain) + 10)
  t.same(
    migration.spec!.template.spec!.containers[0]?.envFrom,
    containers[0]?.envFrom,
    'the migration opens the same index',
  )
  t.end()
})

t.test('what refers to another finds it', t => {
  const labels = deployment.spec!.template.metadata?.labels ?? {}
  const [container] = deployment.spec!.template.spec!.containers
  const { ports = [] } = container ?? {}
  t.match(labels, deployment.spec!.selector.matchLabels)
  const service = read('service.yaml') as {
    spec: { selector: object; ports: { targetPort: string; name: string }[] }
  }
  t.match(labels, service.spec.selector)
  t.notMatch(
    migration.spec!.template.metadata?.labels,
    service.spec.selector,
    'no request gets to a migration',
  )
  t.same(
    service.spec.ports.map(({ targetPort }) => targetPort),
    ports.map(({ name }) => name),
  )
  t.equal(ports[0]?.containerPort, 8080)
  const budget = read('pod-disruption-budget.yaml') as {
    spec: { minAvailable: number; selector: { matchLabels: object } }
  }
  t.match(labels, budget.spec.selector.matchLabels)
  const scaler = read('autoscaler.yaml') as { spec: { minReplicas: number; scaleTargetRef: object } }
  t.match(scaler.spec.scaleTargetRef, { kind: deployment.kind, name: deployment.metadata?.name })
  t.ok(budget.spec.minAvailable < scaler.spec.minReplicas, 'a node can be emptied')
  const policy = read('network-policy.yaml') as { spec: { podSelector: { matchLabels: object } } }
  for (const pod of PODS) t.match(pod.metadata?.labels, policy.spec.podSelector.matchLabels)
  t.match(container, {
    readinessProbe: { httpGet: { path: '/readyz' } },
    startupProbe: { httpGet: { path: '/readyz' } },
    livenessProbe: { httpGet: { path: '/healthz' } },
    envFrom: [{ configMapRef: { name: settings.metadata?.name } }, { secretRef: { name: 'filmroom' } }],
  })
  t.end()
})

t.test('the ingress is told what nginx.conf says', t => {
  const { annotations = {} } = (
    read('ingress.yaml') as { metadata: { annotations?: Record<string, string> } }
  ).metadata
  for (const [annotation, name] of [
    ['proxy-body-size', 'client_max_body_size'],
    ['proxy-request-buffering', 'proxy_request_buffering'],
    ['proxy-buffering', 'proxy_buffering'],
    ['proxy-buffer-size', 'proxy_buffer_size'],
    ['proxy-http-version', 'proxy_http_version'],
    ['client-body-timeout', 'client_body_timeout'],
    ['proxy-connect-timeout', 'proxy_connect_timeout'],
    ['proxy-send-timeout', 'proxy_send_timeout'],
    ['proxy-read-timeout', 'proxy_read_timeout'],
    ['proxy-next-upstream', 'proxy_next_upstream'],
    ['proxy-next-upstream-tries', 'proxy_next_upstream_tries'],
    ['proxy-next-upstream-timeout', 'proxy_next_upstream_timeout'],
  ] as const) {
    const said = annotations[`nginx.ingress.kubernetes.io/${annotation}`]
    t.same(
      [said],
      directive(name).map(value => value.replace(/(?<=^\d+)s$/, '')),
      name,
    )
  }
  t.end()
})
