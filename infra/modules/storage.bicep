// The host's own storage: the deployed package and the function keys. No customer's data is ever written here.

@description('Name of the storage account: lower-case letters and digits.')
param name string

@description('Region of the storage account.')
param location string

@description('Tags of every resource.')
param tags object

@description('Container that the platform keeps the deployed package in.')
param deploymentContainerName string

@description('Whether each blob is kept in three zones.')
param zoneRedundant bool

@description('Whether it is reached through a private endpoint alone.')
param privateNetwork bool

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  // checkov:skip=CKV_AZURE_35:Without a virtual network the app comes from changing addresses; identity and role are the lock.
  // checkov:skip=CKV_AZURE_206:What is stored can be deployed again from the repository; a second region would hold a copy of it.
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    // Entra identities only: a shared key would be a secret to keep, and opens everything.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: {
        enabled: true
        days: 7
      }
    }

    resource container 'containers' = {
      name: deploymentContainerName
      properties: {
        publicAccess: 'None'
      }
    }
  }
}
