// The one identity of the app: storage and telemetry know it by role, so that no key exists to leak.

@description('Name of the user-assigned identity.')
param name string

@description('Region of the identity.')
param location string

@description('Tags of every resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Object id that roles are given to.')
output principalId string = identity.properties.principalId
