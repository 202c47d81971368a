// Mails before the money is gone. A budget stops nothing: what stops is the instance cap and the log cap.

@description('Name of the budget.')
param name string

@description('Amount a month, in the currency of the subscription.')
param amount int

@description('First day of the month in which the budget was created; Azure refuses to change it.')
param startDate string

@description('Resource id of the action group.')
param actionGroupId string

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      actual: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: []
        contactRoles: [
          'Owner'
        ]
        contactGroups: [
          actionGroupId
        ]
      }
      forecast: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactRoles: [
          'Owner'
        ]
        contactGroups: [
          actionGroupId
        ]
      }
    }
  }
}
