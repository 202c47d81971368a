"""What deployment needs besides Bicep: the package of the function app, the built site, the dependencies' licences.

Standard library only, so that a deployer's own Python runs it.
"""
