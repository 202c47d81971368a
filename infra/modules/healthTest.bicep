// The health endpoint called from outside, and the alert when it does not answer 200 from more than one place.

@description('Name of the availability test and of its alert.')
param name string

@description('Region the test is kept in.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Name of the action group.')
param actionGroupName string

@description('What is called.')
param url string

@description('Location ids the test runs from, such as "emea-nl-ams-azr".')
param locations array

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' existing = {
  name: actionGroupName
}

resource availabilityTest 'Microsoft.Insights/webtests@2022-06-15' = {
  name: name
  location: location
  // The portal finds the test by this tag.
  tags: union(tags, {
    'hidden-link:${applicationInsights.id}': 'Resource'
  })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: name
    Name: name
    Description: 'The model is loaded and its self-test row gives the stored probability.'
    Enabled: true
    Kind: 'standard'
    // Each call costs money and may start an instance: a quarter of an hour is enough.
    Frequency: 900
    // A cold start must not count as an outage.
    Timeout: 60
    RetryEnabled: true
    Locations: [
      for id in locations: {
        Id: id
      }
    ]
    Request: {
      RequestUrl: url
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource alert 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    description: 'The health endpoint does not answer 200. Runbook: "Health fails".'
    severity: 1
    enabled: true
    evaluationFrequency: 'PT5M'
    windowSize: 'PT30M'
    scopes: [
      availabilityTest.id
      applicationInsights.id
    ]
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: availabilityTest.id
      componentId: applicationInsights.id
      failedLocationCount: min(2, length(locations))
    }
    autoMitigate: true
    actions: [
      {
        actionGroupId: actionGroup.id
      }
    ]
  }
}
