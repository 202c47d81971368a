// One container of the watch's account, and who may do what with it.

@description('Name of the storage account.')
param accountName string

@description('Name of the container.')
param name string

@description('Object id of the app\'s identity.')
param principalId string

@description('Role of that identity on the container.')
param roleId string

@description('Object id of who else may write there. Empty: nobody.')
param publisherId string = ''

var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: account::blobs
  name: name
  properties: {
    publicAccess: 'None'
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(container.id, principalId, roleId)
  scope: container
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}

resource publishes 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(publisherId)) {
  name: guid(container.id, publisherId, storageBlobDataContributor)
  scope: container
  properties: {
    principalId: publisherId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
  }
}
