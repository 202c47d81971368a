// Retraining by the clock: a container that trains, compares, publishes and lets the model score beside; nothing awake between.

@description('Name of the job; what it needs is named after it.')
param name string

@description('Region of everything here.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the storage account of the watch.')
param watchName string

@description('Name of the environment that the job runs in.')
param environmentName string

@description('Image of infra/jobs.Dockerfile with its digest, in a registry that anybody may read from.')
param image string

@description('When to train, as a cron expression in UTC.')
param at string

@description('Object id of who puts the customers to train on there. Empty: nobody yet.')
param publisherId string

// Built-in roles have the same id in every tenant.
var storageBlobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

// Not the app's: that one may not write models.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}'
  location: location
  tags: tags
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: watchName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource models 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = {
  parent: account::blobs
  name: 'models'
}

resource publishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(models.id, identity.id, storageBlobDataContributor)
  scope: models
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
  }
}

module customers 'container.bicep' = {
  name: 'training'
  params: {
    accountName: watchName
    name: 'training'
    principalId: identity.properties.principalId
    roleId: storageBlobDataReader
    publisherId: publisherId
  }
}

resource environment 'Microsoft.App/managedEnvironments@2025-07-01' existing = {
  name: environmentName
}

resource job 'Microsoft.App/jobs@2025-07-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Schedule'
      // Two hours: training takes minutes, and a job that hangs is billed.
      replicaTimeout: 7200
      replicaRetryLimit: 0
      scheduleTriggerConfig: {
        cronExpression: at
        parallelism: 1
        replicaCompletionCount: 1
      }
    }
    template: {
      containers: [
        {
          name: 'train'
          image: image
          env: [
            {
              name: 'AZURE_CLIENT_ID'
              value: identity.properties.clientId
            }
            {
              name: 'WATCH_URL'
              value: account.properties.primaryEndpoints.blob
            }
          ]
          resources: {
            cpu: json('2.0')
            memory: '4Gi'
          }
        }
      ]
    }
  }
  dependsOn: [
    publishes
    customers
  ]
}
