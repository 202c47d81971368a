// The API: Python on Flex Consumption, known to storage and telemetry by its identity, to pages by exact origins.

@description('Name of the function app.')
param name string

@description('Name of its plan.')
param planName string

@description('Region of both.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the identity the app runs as.')
param identityName string

@description('Name of the storage account of the host.')
param storageName string

@description('Container that the platform keeps the deployed package in.')
param deploymentContainerName string

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Name of the static site whose pages may call.')
param staticSiteName string

@description('Network that the app reaches its storage through. Empty: none.')
param networkName string

@description('Whether instances stand in three zones.')
param zoneRedundant bool

@description('Further origins that pages may call from, separated by commas.')
param extraOrigins string

@description('Instances that are never stopped.')
param alwaysReadyInstances int

@description('Most instances that may run at once.')
param maximumInstanceCount int

@description('Requests one instance takes at once.')
param httpConcurrency int

@description('Most rows in one JSON batch.')
param maxBatchRows int

@description('Most rows in one CSV file.')
param maxCsvRows int

@description('Who may call the bulk endpoints.')
param bulkAuthLevel string

@description('Name of the blob account of the watch. Empty: none.')
param watchName string

@description('Days that answers are kept to be held against outcomes.')
param keepAnswersDays int

@description('Days after an answer in which a purchase counts as its outcome.')
param outcomeDays int

// The same version as requires-python in pyproject.toml; a test compares them.
var pythonVersion = '3.13'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource staticSite 'Microsoft.Web/staticSites@2025-03-01' existing = {
  name: staticSiteName
}

var ready = {
  name: 'http'
  instanceCount: alwaysReadyInstances
}
var subnetId = resourceId('Microsoft.Network/virtualNetworks/subnets', networkName, 'app')
// The identity by its client id, for the app's own calls to that account (watch/store.py).
var watching = {
  WATCH_URL: 'https://${watchName}.blob.${environment().suffixes.storage}'
  KEEP_ANSWERS_DAYS: string(keepAnswersDays)
  OUTCOME_DAYS: string(outcomeDays)
  AZURE_CLIENT_ID: identity.properties.clientId
}
var siteUrl = 'https://${staticSite.properties.defaultHostname}'

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  // checkov:skip=CKV_AZURE_225:A plan over three zones needs always-ready instances; zoneRedundant is the parameter.
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource functionApp 'Microsoft.Web/sites@2025-03-01' = {
  // checkov:skip=CKV_AZURE_222:The form is public, and so is the API behind it.
  // checkov:skip=CKV_AZURE_17:Browsers of the public have no client certificate.
  // checkov:skip=CKV_AZURE_212:Flex Consumption starts and replaces instances by itself; alwaysReadyInstances is the parameter.
  // checkov:skip=CKV_AZURE_213:Flex Consumption has no health check path; the availability test calls the health endpoint.
  name: name
  location: location
  tags: union(tags, {
    'azd-service-name': 'api'
  })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(networkName) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      cors: {
        // Exact origins, never "*": the app itself sets no such header, the host does.
        allowedOrigins: concat([siteUrl], empty(extraOrigins) ? [] : split(extraOrigins, ','))
        supportCredentials: false
      }
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${deploymentContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'python'
        version: pythonVersion
      }
      scaleAndConcurrency: {
        // One full core: with less, the imports of a cold start take four times as long.
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0 ? [] : [ready]
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(empty(watchName) ? {} : watching, {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      // 65 MiB, four times the largest body that the app takes (predict/interface/settings.py), so that the app says what
      // the limit is: the host answers an empty 500. Its own default of 100 MiB is more than eight at once leave memory for.
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '68157440'
      // One core, one process; the threads serve what the host lets in at once.
      FUNCTIONS_WORKER_PROCESS_COUNT: '1'
      PYTHON_THREADPOOL_THREAD_COUNT: string(httpConcurrency)
      SITE_URL: siteUrl
      MAX_BATCH_ROWS: string(maxBatchRows)
      MAX_CSV_ROWS: string(maxCsvRows)
      BULK_AUTH_LEVEL: bulkAuthLevel
    })
  }

  // Deployment goes by Entra identity; passwords for it are switched off.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

@description('Origin of the function app. No slash at the end.')
output url string = 'https://${functionApp.properties.defaultHostName}'
