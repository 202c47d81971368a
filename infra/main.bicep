// Everything one environment needs, in one resource group: `azd up` deploys it, `azd down` removes it.
// Plain resources with pinned API versions; no module comes from a registry.
targetScope = 'subscription'

@minLength(1)
@maxLength(48)
@description('Name of the environment, such as "shop-dev". It names the resource group and seeds every other name.')
param environmentName string

@minLength(1)
@description('Region of everything but the static site, such as "westeurope". It must offer Flex Consumption.')
param location string

@allowed([
  'centralus'
  'eastasia'
  'eastus2'
  'westeurope'
  'westus2'
])
@description('Region of the static site. Static Web Apps exist only in these; the pages are served from everywhere.')
param staticSiteLocation string

@minValue(0)
@maxValue(20)
@description('Instances that are never stopped. 0 costs nothing when idle; 1 ends cold starts and is billed all month.')
param alwaysReadyInstances int

@minValue(40)
@maxValue(1000)
@description('Most instances that may run at once. It is the cost cap; the platform allows no less than 40.')
param maximumInstanceCount int

@minValue(1)
@maxValue(64)
@description('Requests one instance takes at once, and the threads it has for them, before another is started.')
param httpConcurrency int

@minValue(1)
@maxValue(10000)
@description('Most rows in one JSON batch.')
param maxBatchRows int

@minValue(1)
@maxValue(1000000)
@description('Most rows in one CSV file.')
param maxCsvRows int

@allowed([
  'function'
  'anonymous'
])
@description('Who may call the bulk endpoints: holders of a function key, or anybody. The single prediction is public.')
param bulkAuthLevel string

@description('Whether the static site passes /api to the function app (Standard plan, same origin, no CORS).')
param linkBackend bool

@description('Further origins that pages may call the API from, separated by commas; each exact, such as "https://shop.example".')
param extraOrigins string = ''

@description('Whether the model is watched (docs/watch.md): a storage account more, which costs nothing while it is empty.')
param watch bool

@minValue(0)
@maxValue(365)
@description('Days that answers are kept under pseudonyms, so that outcomes can be held against them. 0: none is kept.')
param keepAnswersDays int

@minValue(0)
@maxValue(364)
@description('A purchase counts as the outcome of an answer if it comes within so many days.')
param outcomeDays int

@description('Object id of who may publish a model and say which one serves. Empty: nobody yet.')
param publisherId string = ''

@description('With watch: image of infra/jobs.Dockerfile with its digest, which trains again by the clock. Empty: none.')
param retrainImage string = ''

@description('When to train again, as a cron expression in UTC. Empty: on Sundays at three.')
param retrainAt string = ''

@description('Image of infra/jobs.Dockerfile with its digest, which scores files that are dropped into a folder. Empty: none.')
param scoreImage string = ''

@minValue(1)
@maxValue(20)
@description('Most files that are scored at once. It is a cost cap.')
param scoreAtOnce int

@description('Object id of who may drop files there and take the scores. Empty: nobody yet.')
param scorerId string = ''

@description('Whether plan and storage stand in three zones of the region. It needs two always-ready instances.')
param zoneRedundant bool

@description('Whether the app reaches its storage through a network of its own, and nobody else reaches it at all.')
param privateNetwork bool

@minValue(1)
@maxValue(100)
@description('Gigabytes of logs accepted each day; the rest of that day is dropped. A cost cap.')
param dailyLogCapGb int

@description('Where the availability test calls the health endpoint from: location ids separated by commas. Empty: no test.')
param healthTestLocations string = ''

@minValue(1)
@description('Answers with status 500 or above, within 15 minutes, that raise the failure alert.')
param failureAlertCount int

@minValue(50)
@description('95th percentile of a single prediction in milliseconds that raises the latency alert.')
param latencyAlertMs int

@description('Who is told of alerts and of the budget. Empty: alerts show in the portal, budget mails go to the owners.')
param alertEmail string = ''

@minValue(0)
@description('Monthly budget of the resource group, in the currency of the subscription. 0: no budget.')
param budgetAmount int

@description('First day of the month in which the budget was created. Azure refuses to change it, so each deployment hands it to the next.')
param budgetStartDate string = ''

@description('First day of this month: the start of a budget that does not exist yet. Leave it alone.')
param thisMonth string = utcNow('yyyy-MM-01')

var tags = {
  'azd-env-name': environmentName
}
var token = toLower(uniqueString(subscription().id, environmentName, location))
// Known before anything exists, so that `azd provision --preview` can say what would change.
var names = {
  identity: 'id-${token}'
  storage: 'st${token}'
  watch: 'stwatch${token}'
  workspace: 'log-${token}'
  applicationInsights: 'appi-${token}'
  network: 'vnet-${token}'
  staticSite: 'stapp-${token}'
  functionApp: 'func-${token}'
  jobEnvironment: 'cae-${token}'
  retraining: 'caj-${token}'
  scoring: 'caj-score-${token}'
  files: 'stbulk${token}'
  actionGroup: 'ag-${token}'
}
var deploymentContainer = 'deployments'
var budgetStart = empty(budgetStartDate) ? thisMonth : budgetStartDate

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: names.storage
    deploymentContainerName: deploymentContainer
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    privateNetwork: privateNetwork
  }
}

module watchAccount 'modules/watch.bicep' = if (watch) {
  name: 'watch'
  scope: group
  params: {
    name: names.watch
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    publisherId: publisherId
    keepAnswersDays: keepAnswersDays
  }
}

module retraining 'modules/retraining.bicep' = if (watch && !empty(retrainImage)) {
  name: 'retraining'
  scope: group
  params: {
    name: names.retraining
    location: location
    tags: tags
    watchName: names.watch
    environmentName: names.jobEnvironment
    image: retrainImage
    at: empty(retrainAt) ? '0 3 * * 0' : retrainAt
    publisherId: publisherId
  }
  dependsOn: [
    watchAccount
    jobEnvironment
  ]
}

module scoring 'modules/scoring.bicep' = if (!empty(scoreImage)) {
  name: 'scoring'
  scope: group
  params: {
    name: names.scoring
    storage: names.files
    location: location
    tags: tags
    environmentName: names.jobEnvironment
    image: scoreImage
    filesAtOnce: scoreAtOnce
    scorerId: scorerId
  }
  dependsOn: [
    jobEnvironment
  ]
}

module jobEnvironment 'modules/jobEnvironment.bicep' = if ((watch && !empty(retrainImage)) || !empty(scoreImage)) {
  name: 'jobEnvironment'
  scope: group
  params: {
    name: names.jobEnvironment
    location: location
    tags: tags
    workspaceName: names.workspace
  }
  dependsOn: [
    monitoring
  ]
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: names.workspace
    applicationInsightsName: names.applicationInsights
    location: location
    tags: tags
    dailyCapGb: dailyLogCapGb
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    principalId: identity.outputs.principalId
    storageName: names.storage
    applicationInsightsName: names.applicationInsights
  }
  dependsOn: [
    storage
    monitoring
  ]
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: group
  params: {
    name: names.network
    location: location
    tags: tags
    storageName: names.storage
  }
  dependsOn: [
    storage
  ]
}

module staticSite 'modules/staticSite.bicep' = {
  name: 'staticSite'
  scope: group
  params: {
    name: names.staticSite
    location: staticSiteLocation
    tags: tags
    sku: linkBackend ? 'Standard' : 'Free'
  }
}

module functionApp 'modules/functionApp.bicep' = {
  name: 'functionApp'
  scope: group
  params: {
    name: names.functionApp
    planName: 'plan-${token}'
    location: location
    tags: tags
    identityName: names.identity
    storageName: names.storage
    deploymentContainerName: deploymentContainer
    applicationInsightsName: names.applicationInsights
    staticSiteName: names.staticSite
    networkName: privateNetwork ? names.network : ''
    zoneRedundant: zoneRedundant
    extraOrigins: extraOrigins
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    maxBatchRows: maxBatchRows
    maxCsvRows: maxCsvRows
    bulkAuthLevel: bulkAuthLevel
    watchName: watch ? names.watch : ''
    keepAnswersDays: keepAnswersDays
    outcomeDays: outcomeDays
  }
  // The app's first start reads its keys from storage: the identity must be allowed to by then.
  dependsOn: [
    roles
    network
    staticSite
    watchAccount
  ]
}

module linkedBackend 'modules/linkedBackend.bicep' = if (linkBackend) {
  name: 'linkedBackend'
  scope: group
  params: {
    staticSiteName: names.staticSite
    functionAppName: names.functionApp
    functionAppLocation: location
  }
  dependsOn: [
    functionApp
  ]
}

var apiUrl = linkBackend ? staticSite.outputs.url : (functionApp.outputs.url)

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    actionGroupName: names.actionGroup
    location: location
    tags: tags
    applicationInsightsName: names.applicationInsights
    email: alertEmail
    failureCount: failureAlertCount
    latencyMs: latencyAlertMs
    watch: watch
  }
  dependsOn: [
    monitoring
  ]
}

module healthTest 'modules/healthTest.bicep' = if (!empty(healthTestLocations)) {
  name: 'healthTest'
  scope: group
  params: {
    name: 'health-${token}'
    location: location
    tags: tags
    applicationInsightsName: names.applicationInsights
    actionGroupName: names.actionGroup
    url: '${apiUrl}/api/health'
    locations: split(healthTestLocations, ',')
  }
  dependsOn: [
    alerts
  ]
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0) {
  name: 'budget'
  scope: group
  params: {
    // Without the environment's name: azd allows a dot in that, a budget does not.
    name: 'budget-${token}'
    amount: budgetAmount
    startDate: budgetStart
    actionGroupName: names.actionGroup
  }
  dependsOn: [
    alerts
  ]
}

@description('Resource group of the environment; azd looks for the services in it.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Where the API answers: the function app, or the site when the backend is linked. No slash at the end.')
output API_URL string = apiUrl

@description('Where the pages are. No slash at the end.')
output SITE_URL string = staticSite.outputs.url

@description('Name of the function app, for the portal and the command line.')
output FUNCTION_APP_NAME string = names.functionApp

@description('Who may call the bulk endpoints; the smoke test expects it.')
output BULK_AUTH_LEVEL string = bulkAuthLevel

@description('Start of the budget; azd keeps it, and the next deployment hands it back.')
output BUDGET_START_DATE string = budgetStart

@description('Blob account of the watch, for python -m watch. Empty: none.')
output WATCH_URL string = watch ? watchAccount!.outputs.url : ''

@description('Folder that files to be scored are dropped into; scores come into the folder out beside it. Empty: none.')
output SCORE_FOLDER string = !empty(scoreImage) ? scoring!.outputs.folder : ''
