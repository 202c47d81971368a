// The site passes /api to the function app, which then answers to the site alone.

@description('Name of the static site.')
param staticSiteName string

@description('Name of the function app.')
param functionAppName string

@description('Region of the function app.')
param functionAppLocation string

resource site 'Microsoft.Web/staticSites@2025-03-01' existing = {
  name: staticSiteName
}

resource functionApp 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

resource backend 'Microsoft.Web/staticSites/linkedBackends@2025-03-01' = {
  parent: site
  name: 'api'
  properties: {
    backendResourceId: functionApp.id
    region: functionAppLocation
  }
}
