// Who is told, and of what. What each alert means and what to do: docs/runbook.md.

@description('Name of the action group.')
param actionGroupName string

@description('Region of the alert rules.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the Application Insights component.')
param applicationInsightsName string

@description('Who is told. Empty: nobody by mail.')
param email string

@description('Answers with status 500 or above within 15 minutes that raise the alert.')
param failureCount int

@description('95th percentile of a single prediction in milliseconds that raises the alert.')
param latencyMs int

@description('Whether the model is watched.')
param watch bool

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

var operator = {
  name: 'operator'
  emailAddress: email
  useCommonAlertSchema: true
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'predict'
    enabled: true
    emailReceivers: empty(email) ? [] : [operator]
  }
}

resource failures 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'failures'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Predictions fail'
    description: 'The API answered with status 500 or above. Runbook: "Predictions fail".'
    severity: 1
    enabled: true
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    scopes: [
      applicationInsights.id
    ]
    criteria: {
      allOf: [
        {
          query: 'requests | where toint(resultCode) >= 500 | summarize failures = sum(itemCount)'
          metricMeasureColumn: 'failures'
          timeAggregation: 'Total'
          operator: 'GreaterThanOrEqual'
          threshold: failureCount
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    // The tables appear with the first request, which comes after this.
    skipQueryValidation: true
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource latency 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'latency'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Predictions are slow'
    description: 'The slowest twentieth of single predictions took too long. Runbook: "Predictions are slow".'
    severity: 2
    enabled: true
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    scopes: [
      applicationInsights.id
    ]
    criteria: {
      allOf: [
        {
          // Below 20 requests the percentile is one cold start.
          query: 'requests | where name == "predict" | summarize p95 = percentile(duration, 95), calls = sum(itemCount) | where calls >= 20 | project p95'
          metricMeasureColumn: 'p95'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: latencyMs
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    skipQueryValidation: true
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}

resource drift 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = if (watch) {
  name: 'drift'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'The model needs a look'
    description: 'Customers differ from training, or purchases from the scores. Runbook: "The model needs a look".'
    severity: 3
    enabled: true
    evaluationFrequency: 'P1D'
    windowSize: 'P1D'
    scopes: [
      applicationInsights.id
    ]
    criteria: {
      allOf: [
        {
          // The warning that function_app.py writes every hour.
          query: 'traces | where message startswith "the model needs a look:"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    // A rule that runs once a day cannot be resolved by itself.
    autoMitigate: false
    skipQueryValidation: true
    actions: {
      actionGroups: [
        actionGroup.id
      ]
    }
  }
}
