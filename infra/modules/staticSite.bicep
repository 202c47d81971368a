// The pages. Files only: whatever answers is the function app.

@description('Name of the static site.')
param name string

@description('Region the site is managed from.')
param location string

@description('Tags of every resource.')
param tags object

@allowed([
  'Free'
  'Standard'
])
@description('Plan. Standard is needed for a linked backend.')
param sku string

resource site 'Microsoft.Web/staticSites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, {
    'azd-service-name': 'web'
  })
  sku: {
    name: sku
    tier: sku
  }
  properties: {
    provider: 'Custom'
    allowConfigFileUpdates: true
    // A preview has another origin, which the API does not know.
    stagingEnvironmentPolicy: 'Disabled'
  }
}

@description('Origin of the pages. No slash at the end.')
output url string = 'https://${site.properties.defaultHostname}'
