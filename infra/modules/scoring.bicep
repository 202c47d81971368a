// Scoring large files: one that is dropped into a folder comes back scored, by a container that runs for as long as that takes.

@description('Name of the job; what it needs is named after it.')
param name string

@description('Name of the storage account of the files: lower-case letters and digits.')
param storage string

@description('Region of everything here.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the environment that the job runs in.')
param environmentName string

@description('Image of infra/jobs.Dockerfile with its digest, in a registry that anybody may read from.')
param image string

@description('Most files that are scored at once.')
param filesAtOnce int

@description('Object id of who may drop files there and take the scores. Empty: nobody yet.')
param scorerId string

// Built-in roles have the same id in every tenant.
var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var storageQueueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var storageQueueDataMessageSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'

var container = 'bulk'
var arrivedName = 'arrived'

// Not the app's: that one sees no file.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}'
  location: location
  tags: tags
}

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_33:Messages name a file; what was done is in the log of the job.
  // checkov:skip=CKV_AZURE_35:Container and people come from changing addresses; identity and role are the lock.
  // checkov:skip=CKV_AZURE_206:Scores can be made again; files are not worth a second region.
  // checkov:skip=CKV2_AZURE_38:A deleted file of customers must be gone.
  name: storage
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

  resource queueService 'queueServices' = {
    name: 'default'

    resource arrived 'queues' = {
      name: arrivedName
    }

    // Messages that were put aside (training/command/arrivals.py).
    resource poison 'queues' = {
      name: '${arrivedName}-poison'
    }
  }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'files'
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
                '${container}/'
              ]
            }
          }
        }
      ]
    }
  }
  dependsOn: [
    account::blobs
  ]
}

module files 'container.bicep' = {
  name: container
  params: {
    accountName: account.name
    name: container
    principalId: identity.properties.principalId
    roleId: storageBlobDataContributor
    publisherId: scorerId
  }
}

// The scaler asks how long the queue is, which the role of a mere reader of messages does not allow.
resource takes 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::queueService::arrived.id, identity.id, storageQueueDataContributor)
  scope: account::queueService::arrived
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageQueueDataContributor)
  }
}

resource putsAside 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::queueService::poison.id, identity.id, storageQueueDataMessageSender)
  scope: account::queueService::poison
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageQueueDataMessageSender)
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-${name}'
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: account.id
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource announces 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account::queueService::arrived.id, topic.id, storageQueueDataMessageSender)
  scope: account::queueService::arrived
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageQueueDataMessageSender)
  }
}

// One message for each file that arrives.
resource arrivals 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'arrivals'
  properties: {
    deliveryWithResourceIdentity: {
      identity: {
        type: 'SystemAssigned'
      }
      destination: {
        endpointType: 'StorageQueue'
        properties: {
          resourceId: account.id
          queueName: arrivedName
        }
      }
    }
    filter: {
      subjectBeginsWith: '/blobServices/default/containers/${container}/blobs/in/'
      includedEventTypes: [
        'Microsoft.Storage.BlobCreated'
      ]
    }
    eventDeliverySchema: 'EventGridSchema'
  }
  // Event Grid tries the queue when the subscription is made.
  dependsOn: [
    announces
  ]
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
      triggerType: 'Event'
      replicaTimeout: 3600
      // The queue tries again.
      replicaRetryLimit: 0
      eventTriggerConfig: {
        parallelism: 1
        replicaCompletionCount: 1
        scale: {
          minExecutions: 0
          maxExecutions: filesAtOnce
          pollingInterval: 60
          rules: [
            {
              name: arrivedName
              type: 'azure-queue'
              identity: identity.id
              metadata: {
                accountName: account.name
                queueName: arrivedName
                queueLength: '1'
              }
            }
          ]
        }
      }
    }
    template: {
      containers: [
        {
          name: 'score'
          image: image
          command: [
            'python'
            '-m'
            'training'
            'score'
          ]
          args: [
            'az://${container}/in/'
            '--out'
            'az://${container}/out/'
            '--rejects'
            'az://${container}/out/rejected/'
            '--n-jobs'
            '2'
            '--queue'
            '${account.properties.primaryEndpoints.queue}${arrivedName}'
          ]
          env: [
            {
              name: 'AZURE_CLIENT_ID'
              value: identity.properties.clientId
            }
            {
              name: 'AZURE_STORAGE_ACCOUNT_NAME'
              value: account.name
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
    takes
    putsAside
    files
  ]
}

@description('Folder that files to be scored are dropped into.')
output folder string = '${account.properties.primaryEndpoints.blob}${container}/in/'
