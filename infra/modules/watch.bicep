// The shelf of models and the ledger of what was answered: blobs that the app reads and writes by its identity.

@description('Name of the storage account: lower-case letters and digits.')
param name string

@description('Region of the account.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of the app\'s identity.')
param principalId string

@description('Object id of who may put a model on the shelf and say which one serves. Empty: nobody yet.')
param publisherId string

@description('Days that answers are kept to be held against outcomes. 0: none is written.')
param keepAnswersDays int

// Built-in roles have the same id in every tenant.
var storageBlobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

// What the app writes. The shelf is not among them: it may only read that.
var ledgers = [
  'counts'
  'answers'
  'outcomes'
  'doing'
  'salt'
]

var partsRule = {
  name: 'parts'
  enabled: true
  type: 'Lifecycle'
  definition: {
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: 30
        }
      }
    }
    filters: {
      blobTypes: [
        'blockBlob'
      ]
      prefixMatch: [
        'counts/parts/'
      ]
    }
  }
}
var answersRule = {
  name: 'answers'
  enabled: true
  type: 'Lifecycle'
  definition: {
    actions: {
      baseBlob: {
        delete: {
          // Switched off, what was kept goes with the next day.
          daysAfterModificationGreaterThan: max(keepAnswersDays, 1)
        }
      }
    }
    filters: {
      blobTypes: [
        'blockBlob'
      ]
      prefixMatch: [
        'answers/'
        'outcomes/'
      ]
    }
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_35:Without a virtual network the app comes from changing addresses; identity and role are the lock.
  // checkov:skip=CKV_AZURE_206:Models can be published again; counts are not worth a second region.
  // checkov:skip=CKV2_AZURE_38:A deleted answer must be gone: a copy of it would outlive the days that are promised.
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: {
        enabled: false
      }
    }
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        partsRule
        answersRule
      ]
    }
  }
  dependsOn: [
    account::blobs
  ]
}

module models 'container.bicep' = {
  name: 'models'
  params: {
    accountName: account.name
    name: 'models'
    principalId: principalId
    roleId: storageBlobDataReader
    publisherId: publisherId
  }
}

module written 'container.bicep' = [
  for container in ledgers: {
    name: container
    params: {
      accountName: account.name
      name: container
      principalId: principalId
      roleId: storageBlobDataContributor
    }
  }
]

@description('Address of the blobs.')
output url string = account.properties.primaryEndpoints.blob
