/* OHIF beside Filmroom on one origin: no CORS. What each means: README.md and docs/viewers.md. */
window.config = {
  routerBasename: '/',
  extensions: [],
  modes: [],
  showStudyList: true,
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'filmroom',
      configuration: {
        friendlyName: 'Filmroom',
        name: 'filmroom',
        qidoRoot: `${window.location.origin}/dicomweb`,
        wadoRoot: `${window.location.origin}/dicomweb`,
        qidoSupportsIncludeField: true,
        supportsFuzzyMatching: true,
        supportsWildcard: true,
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true,
        dicomUploadEnabled: true,
        singlepart: 'bulkdata,video,pdf',
        bulkDataURI: { enabled: true },
        omitQuotationForMultipartRequest: true,
      },
    },
  ],
  defaultDataSourceName: 'filmroom',
}
